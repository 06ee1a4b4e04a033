/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COST_RESERVE_H
#define COST_RESERVE_H

/* Takes what the reserve still has, down to pieces that the buddy allocator would serve. */
void reserve_use_up(void);

/* And gives it back. */
void reserve_give_back(void);

#endif
