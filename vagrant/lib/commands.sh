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
	[ -z "$opt_vagrant" ] || describe_machine
	say "kernel: $kernel_product"
	say "image:  $image"
}

# What provider/contig_qemu.rb and the libvirt block of the Vagrantfile read, in .build/machine.
describe_machine() {
	local folder=$build/machine box
	mkdir -p "$folder"
	choose_accel
	machine_args "$folder/console.log"
	printf '%s\0' "${qemu_args[@]}" >"$folder/qemu-args.$$"
	mv "$folder/qemu-args.$$" "$folder/qemu-args"
	write_file "$folder/kernel-words" "${kernel_words[*]} ip=dhcp panic=10 ${opt_append[*]-}"
	write_file "$folder/accel" "$accel"
	ln -sfn "$kernel_product/bzImage" "$folder/bzImage"
	ln -sfn "$image" "$folder/root.ext4"
	install -m 600 "$cache/ssh/key" "$folder/key"
	[ "$opt_vagrant" = box ] || return 0
	box=$folder/$(basename "$image" .ext4).box
	if [ ! -e "$box" ]; then
		say "packing the image as a box for vagrant-libvirt"
		rm -rf "$folder"/*.box "$folder/box.partial"
		mkdir "$folder/box.partial"
		qemu-img convert -c -O qcow2 -o compression_type=zstd "$image" "$folder/box.partial/box.img"
		echo '{"provider":"libvirt","format":"qcow2","virtual_size":2}' >"$folder/box.partial/metadata.json"
		tar -C "$folder/box.partial" -cf "$box.partial" metadata.json box.img
		rm -rf "$folder/box.partial"
		mv "$box.partial" "$box"
	fi
	ln -sfn "$box" "$folder/libvirt.box"
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

# The main job: from nothing to a buffer that a device has filled, explained by the program in the guest.
command_demo() {
	local jar words=()
	install_missing guest kernel java
	update_package_lists
	build_kernel
	build_image
	build_jars
	jar=$(cli_jar)
	choose_accel
	case " ${opt_append[*]-} " in
	*" contig_cma="*) ;;
	*) opt_append+=(contig_cma=256M) ;;
	esac
	case " ${opt_devices[*]-} " in
	*" edu "*) ;;
	*) opt_devices+=(edu) ;;
	esac
	[[ " ${opt_devices[*]} " != *' nvme '* ]] || words+=(--nvme)
	new_run
	say "booting $(cat "$kernel_product/release"), $opt_memory, $opt_cpus CPUs, devices: ${opt_devices[*]}"
	boot run "$project" java "${jvm_flags[@]}" -jar "$jar" demo ${words[@]+"${words[@]}"}
	name_results
	case $boot_status in
	0) say "the demo is done, and the kernel log is clean: $run/kernel.log" ;;
	3) say "this kernel has no MAP_CONTIG (status 3), as the program said" ;;
	*) say "the demo failed (status $boot_status)" ;;
	esac
	exit "$boot_status"
}

name_results() {
	[ -z "$(ls -A "$results")" ] || say "results: $results"
}

command_clean() {
	[ ! -e "$project/pom.xml" ] || ! command_exists mvn || (cd "$project" && mvn -B -q clean) </dev/null >&2 ||
		say "mvn clean failed; its folders are left"
	rm -rf "$build"
	say "removed $build"
	if [ -n "$opt_all" ]; then
		rm -rf "$cache"
		say "removed $cache"
	fi
}
