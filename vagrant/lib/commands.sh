# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The commands of vm, put together from the other parts. test has a file of its own.

# prepare_guest: everything a boot needs that is not there yet.
prepare_guest() {
	install_missing guest kernel
	update_package_lists
	build_kernel
	build_image
	choose_accel
}

command_build() {
	install_missing guest kernel java
	update_package_lists
	build_kernel
	build_image
	build_jars
	say "kernel: $kernel_product"
	say "image:  $image"
}

command_run() {
	prepare_guest
	new_run
	boot run "$project" "${opt_command[@]}"
	name_results
	exit "$boot_status"
}

command_shell() {
	[ -t 0 ] || wrong "shell needs a terminal; run -- CMD does not"
	prepare_guest
	new_run
	say "a root shell in the guest: the project is read-only, /results is kept, 'exit' ends it"
	boot shell "$project"
	name_results
	exit "$boot_status"
}

name_results() {
	[ -z "$(ls -A "$results")" ] || say "results: $results"
}

command_clean() {
	[ ! -e "$project/pom.xml" ] || ! command_exists mvn || (cd "$project" && mvn -B -q clean) ||
		say "mvn clean failed; its folders are left"
	rm -rf "$build" "$cache"
	say "removed $build and $cache"
}
