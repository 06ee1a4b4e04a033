/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAGMENT_SERVE_H
#define FRAGMENT_SERVE_H

#include "arrange.h"

/*
 * While the state is held. A request is a line "again", for other holes; the answer is a line "done" or "failed".
 *
 * serve_command() runs the command, which finds the number of the descriptor for requests in the environment variable FRAGMENT,
 * and returns its exit status: 128 and the number of a signal that ended it, 126 or 127 if it could not be run. It ends with us.
 * serve_stdin() takes requests from stdin until that ends; returns 0.
 */
int serve_command(const struct target *target, char **command);
int serve_stdin(const struct target *target);

#endif
