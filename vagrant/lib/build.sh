# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What a boot needs: a kernel product, an image, the jars. Each is made once and then found.

# make_kernel OPTION...: 'kernel build'; once more with fresh package lists if apt can not deliver the source, as they may be old or
# not all of them there.
make_kernel() {
	local status=0
	"$project/kernel-patch/kernel" build "$@" || status=$?
	[ "$status" = 3 ] || return "$status"
	fetch_package_lists
	"$project/kernel-patch/kernel" build "$@"
}

# Sets kernel_product: the folder with bzImage, config, release and selftests for the options.
build_kernel() {
	local arguments=(--kernel "$opt_kernel" --config "$opt_config")
	[ -z "$opt_stock" ] || arguments+=(--stock)
	kernel_product=$(make_kernel "${arguments[@]}") || die "the kernel could not be built (see above)"
	[ -s "$kernel_product/bzImage" ] || die "the kernel build gave no bzImage in '$kernel_product'"
}

# Sets image: the guest's root file system. Its ssh key belongs to this user and lives beside it.
build_image() {
	with_lock image build_image_locked
}

build_image_locked() {
	local key old
	if [ ! -e "$cache/ssh/key" ]; then
		mkdir -p "$cache"
		rm -rf "$cache/ssh.partial"
		mkdir -m 700 "$cache/ssh.partial"
		ssh-keygen -q -t ed25519 -N '' -C mapcontig-guest -f "$cache/ssh.partial/key"
		mv "$cache/ssh.partial" "$cache/ssh"
	fi
	key=$("$vagrant/image/build" key "$cache/ssh/key.pub") || exit "$EXIT_FAILURE"
	image=$cache/images/$key.ext4
	if [ ! -e "$image" ]; then
		"$vagrant/image/build" make "$cache/ssh/key.pub" "$image" || die "the guest's image could not be built (see above)"
		# Images of other contents are of no use to this checkout; a month covers switching between checkouts.
		for old in "$cache"/images/*.ext4; do
			[ "$old" = "$image" ] || [ -z "$(find "$old" -mtime +30)" ] || rm -f "$old"
		done
	fi
	touch "$image"
}

# write_file PATH TEXT: whole or not at all.
write_file() {
	printf '%s\n' "$2" >"$1.$$"
	mv -f "$1.$$" "$1"
}

# The jars, without their tests. Maven's own output is of interest only when it fails.
build_jars() {
	local log=$build/maven-package.log
	[ -e "$project/pom.xml" ] || die "there is no pom.xml in $project"
	say "building the jars (mvn package; log: $log)"
	mkdir -p "$build"
	(cd "$project" && mvn -B -q -DskipTests package) >"$log" 2>&1 </dev/null || {
		tail -n 40 "$log" >&2
		die "mvn package failed (its last lines are above)"
	}
}

# Prints where the command line program is, once the jars are built.
cli_jar() {
	local jar
	jar=$(find "$project/java/cli/target" -maxdepth 1 -name 'mapcontig-cli-*.jar' ! -name '*-sources.jar' ! -name '*-javadoc.jar' | head -n 1)
	[ -n "$jar" ] || die "mvn package made no java/cli/target/mapcontig-cli-*.jar"
	echo "$jar"
}
