/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How functions of the fuzzer tell what went wrong: NULL for success, else a text. The text lives in a buffer of
 * the calling thread until that thread's next failure.
 */
#ifndef FUZZ_FAIL_H
#define FUZZ_FAIL_H

__attribute__((format(printf, 1, 2))) const char *fail(const char *format, ...);

/* "ENOMEM" for 12, "success" for 0. */
const char *error_name(int error);

#define TRY(call)					\
	do {						\
		const char *failure_ = (call);		\
		if (failure_)				\
			return failure_;		\
	} while (0)

#endif
