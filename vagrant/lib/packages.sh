# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing, with this machine's apt as it is configured: one call, and it says what.

# "COMMAND PACKAGE" lines: a command that is there needs no package, however it came there.
guest_needs() {
	cat <<-'EOT'
	qemu-system-x86_64 qemu-system-x86
	qemu-img qemu-utils
	mmdebstrap mmdebstrap
	mke2fs e2fsprogs
	mount mount
	flock util-linux
	ssh-keygen openssh-client
	python3 python3
	pgrep procps
	EOT
	# mmdebstrap maps the owners of the image's files with newuidmap where it may not simply be root
	[ "$(id -u)" = 0 ] || echo newuidmap uidmap
}

java_needs() {
	echo mvn maven
	# A JRE alone brings java but no compiler
	echo javac default-jdk-headless
	# For native/
	echo gcc gcc
	echo g++ g++
	echo make make
	echo pkg-config pkgconf
	# The jar has a library for AArch64 too; its C library is no command, and the compiler is of no use without it
	if [ "$(dpkg --print-architecture)" = amd64 ]; then
		echo aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
		is_installed libc6-dev-arm64-cross || echo /usr/aarch64-linux-gnu/lib/libc.so libc6-dev-arm64-cross
		echo qemu-aarch64 qemu-user
	fi
}

is_installed() {
	[ "$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null)" = 'install ok installed' ]
}

# install_missing guest|java|kernel|style|check|kselftests...: one apt call for all of them.
install_missing() {
	local kind command package missing=()
	for kind in "$@"; do
		case $kind in
		guest | java)
			while read -r command package; do
				command_exists "$command" || missing+=("$package")
			done < <("${kind}_needs")
			;;
		kernel | style | check | kselftests)
			while read -r package; do
				is_installed "$package" || missing+=("$package")
			done < <("$project/kernel-patch/kernel" packages "${kind/#kernel/build}")
			;;
		esac
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
	apt_install "${missing[@]}"
}

# mke2fs and others are in sbin, which an ordinary user of Debian does not have in PATH.
PATH=$PATH:/usr/sbin:/sbin

command_exists() { command -v "$1" >/dev/null 2>&1; }

apt_install() {
	local packages=("$@") by=()
	command_exists apt-get ||
		die "missing packages: ${packages[*]}. This machine has no apt-get; vm works on Debian 12 and 13."
	if [ "$(id -u)" != 0 ]; then
		by=(sudo)
		[ -t 0 ] || by=(sudo -n) # nobody there to type a password
		if ! command_exists sudo || ! "${by[@]}" -v; then
			die "missing packages, and no sudo to install them. As root run: apt-get update && apt-get install ${packages[*]}"
		fi
	fi
	say "installing with apt: ${packages[*]}"
	by+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0)
	have_package_lists || "${by[@]}" update >&2 </dev/null || die "apt-get update failed (see above)"
	if ! "${by[@]}" install -y --no-install-recommends "${packages[@]}" >&2 </dev/null; then
		# Old lists name versions that the archive has replaced since
		say "once more with fresh package lists"
		"${by[@]}" update >&2 </dev/null || die "apt-get update failed (see above)"
		"${by[@]}" install -y --no-install-recommends "${packages[@]}" >&2 </dev/null ||
			die "apt could not install ${packages[*]} (see above)"
	fi
}

have_package_lists() {
	compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null
}

# Package lists are needed also where nothing is missing: kernel sources and the image's packages are found through them.
update_package_lists() {
	have_package_lists || fetch_package_lists
}

fetch_package_lists() {
	local by=()
	if [ "$(id -u)" != 0 ]; then
		by=(sudo -n)
		[ ! -t 0 ] || by=(sudo)
	fi
	say "fetching apt's package lists"
	"${by[@]}" apt-get -q -o DPkg::Lock::Timeout=600 update >&2 </dev/null ||
		die "apt-get update failed (see above); as root run: apt-get update"
}
