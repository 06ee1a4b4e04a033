#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What vm run promises, in real guests: tests/boot.sh [options of vm run, such as --config debug]

set -euo pipefail
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/tap.sh"
vm=("$vagrant/vm" run "$@")

# Prints this script's guests that are still there; their command lines name the scratch folder.
guests() { pgrep -f "qemu-system-x86_64.*path=$scratch/results" || true; }

expect 'the exit status of the command is passed on' 7 '' "${vm[@]}" -- sh -c 'exit 7'
expect 'the highest status too' 255 '' "${vm[@]}" -- sh -c 'exit 255'
expect 'a command that is not there is 127' 127 'no-such-command' "${vm[@]}" -- no-such-command
expect 'a command ended by a signal is 128 and the signal' 137 '' "${vm[@]}" -- sh -c 'kill -KILL $$'

# shellcheck disable=SC2016 # for the guest
expect 'a run with results, a share, kernel words and devices' 0 '' "${vm[@]}" --results "$scratch/results, 1" --share /usr/share/doc \
	--append "first=1 second=2" --append third=3 --device edu --device nvme -- bash -c '
	echo "out $0 $1"
	echo "err" >&2
	echo again >/dev/stderr
	echo kept >/results/kept
	setpriv --reuid=1000 --regid=1000 --clear-groups bash -c "echo user >/results/user; cat LICENSE >/dev/null" || echo "no user"
	{ pwd; cat /proc/cmdline; id -u; ulimit -l; lspci -nn; ls -d /usr/share/doc/* /dev/nvme0n1; } >/results/facts
	# The kernel numbers disks as it finds them
	disk=$(dirname "$(grep -lx 2 /sys/block/nvme0n*/nsid)")
	printf marker | dd of="/dev/${disk##*/}" conv=fsync 2>/dev/null
	head -c 6 /run/contig/disks/nvme0n2.img >/results/disk
	touch "$PWD/x" 2>/results/touch && echo "project is writable"
	sleep 1000 &
	' "with a space" '* $HOME "'
# shellcheck disable=SC2016 # so it was given to the guest
check "the command's output is on stdout, and nothing else" diff "$scratch/out" <(echo 'out with a space * $HOME "')
check "the command's errors are on stderr" grep -qx err "$scratch/err"
check '/dev/stderr can be opened' grep -qx again "$scratch/err"
check 'results are copied out' grep -qx kept "$scratch/results, 1/kept"
check 'an unprivileged user may write results and read the project' grep -qx user "$scratch/results, 1/user"
check 'the kernel log is with the results' grep -q 'Linux version' "$scratch/results, 1/kernel.log"
check 'the command runs in the folder of the project' grep -qxF "$(dirname "$vagrant")" "$scratch/results, 1/facts"
check 'words for the kernel arrive in order' grep -q 'first=1 second=2 third=3' "$scratch/results, 1/facts"
check 'the command is root' grep -qx 0 "$scratch/results, 1/facts"
check 'it may lock any memory' grep -qx unlimited "$scratch/results, 1/facts"
check 'the edu device is there' grep -q '1234:11e8' "$scratch/results, 1/facts"
check 'the nvme device is there' grep -qx /dev/nvme0n1 "$scratch/results, 1/facts"
check 'the guest sees the image of the disk' grep -qx marker "$scratch/results, 1/disk"
check 'the image is with the results' cmp -n 6 "$scratch/results, 1/disk" "$scratch/results, 1/nvme0n2.img"
check 'a shared folder is there' grep -qx /usr/share/doc/mount "$scratch/results, 1/facts"
check 'the project is read-only' grep -q 'Read-only file system' "$scratch/results, 1/touch"

status=0
printf 'a\nb' | "${vm[@]}" -- cat >"$scratch/out" 2>"$scratch/err" || status=$?
check 'stdin arrives, and its end' diff "$scratch/out" <(printf 'a\nb')
status=0
"${vm[@]}" -- head -c 20000000 /dev/zero </dev/null 2>"$scratch/err" | sha256sum >"$scratch/out" || status=$?
check 'a long output arrives whole' diff "$scratch/out" <(head -c 20000000 /dev/zero | sha256sum)

# shellcheck disable=SC2016 # for the guest
expect 'counting skips idle time, on one CPU that clears by words' 0 '^1 CPU, erms 0, fsrm 0$' "${vm[@]}" --icount --timeout 250 \
	-- sh -c 'sleep 300; echo "$(nproc) CPU, erms $(grep -cw erms /proc/cpuinfo), fsrm $(grep -cw fsrm /proc/cpuinfo)"'
expect 'two nodes' 0 '^available: 2 nodes' "${vm[@]}" --numa 2 --cpus 4 --memory 3G -- numactl -H
expect 'an IOMMU' 0 '^dmar0' "${vm[@]}" --device iommu -- ls /sys/class/iommu

expect 'a panic is a crash' 122 'Kernel panic - not syncing: sysrq' "${vm[@]}" -- sh -c 'echo c >/proc/sysrq-trigger'
expect 'a reset is a crash' 122 'the guest crashed' "${vm[@]}" -- sh -c 'echo b >/proc/sysrq-trigger'
expect 'a power-off by the command is a crash' 122 'the guest crashed' "${vm[@]}" -- sh -c 'echo o >/proc/sysrq-trigger; sleep 60'
expect 'a WARNING in the kernel log fails a run' 121 'WARNING: CPU: 0 PID: 1 at mm/fake.c' \
	"${vm[@]}" -- sh -c 'echo "WARNING: CPU: 0 PID: 1 at mm/fake.c:1" >/dev/kmsg'
expect 'a WARNING of the kernel on stdout alone does not' 0 'WARNING: CPU: 0' "${vm[@]}" -- echo 'WARNING: CPU: 0'
expect 'the time limit ends a guest' 124 'the time limit of 12 s' "${vm[@]}" --timeout 12 -- sleep 1000

# An interrupt to the group, as a terminal sends it; a kill of the script alone, which nothing can catch.
for signal in INT TERM KILL; do
	rm -rf "$scratch/results"
	# A new session, with SIGINT as a terminal's processes have it: this script's background jobs would ignore it
	setsid env --default-signal=INT "${vm[@]}" --results "$scratch/results" -- sh -c 'echo >/results/up; sleep 1000' \
		>"$scratch/out" 2>"$scratch/err" </dev/null &
	pid=$!
	for ((i = 0; i < 600; i++)); do
		[ ! -e "$scratch/results/up" ] || break
		sleep 0.5
	done
	check "a guest is up (SIG$signal)" test -n "$(guests)"
	case $signal in
	INT) kill -INT -- "-$pid" ;;
	*) kill "-$signal" "$pid" ;;
	esac
	status=0
	wait "$pid" 2>/dev/null || status=$?
	for ((i = 0; i < 20; i++)); do
		[ -n "$(guests)" ] || break
		sleep 0.5
	done
	check "SIG$signal leaves no guest behind" test -z "$(guests)"
	case $signal in
	INT) check 'SIGINT gives 130' test "$status" = 130 ;;
	TERM) check 'SIGTERM gives 143' test "$status" = 143 ;;
	esac
done

finish
