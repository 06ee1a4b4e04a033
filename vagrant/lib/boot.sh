# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# One boot: the run's folder, QEMU's command line, the streams, the time limit and the verdict.

# qemu_value TEXT: a comma separates options in QEMU's values; doubled it is a comma.
qemu_value() { printf '%s' "${1//,/,,}"; }

# new_run: sets run, a fresh folder for one boot. Folders of runs older than a day go, unless the user named them.
new_run() {
	mkdir -p "$build/runs"
	find "$build/runs" -mindepth 1 -maxdepth 1 -mmin +1440 -exec rm -rf {} +
	run=$(mktemp -d "$build/runs/$(date +%Y%m%d-%H%M%S).XXXX")
	mkdir "$run/job"
	if [ -n "$opt_results" ]; then
		results=$(cd -P -- "$opt_results" && pwd -P)
	else
		results=$run/results
		mkdir "$results"
	fi
}

# share_folder TAG PATH read-only|writable: a host folder for the guest, over 9p.
share_folder() {
	local options
	options="local,id=$1,$(qemu_value "path=$2"),security_model=none,multidevs=remap"
	[ "$3" = writable ] || options+=,readonly=on
	qemu_args+=(-fsdev "$options" -device "virtio-9p-pci,fsdev=$1,mount_tag=$1")
}

# write_job MODE FOLDER COMMAND...: tells the guest's init what to do. Words end with NUL, so that they may hold anything.
write_job() {
	local mode=$1 folder=$2
	shift 2
	nonce=$(od -An -N 8 -tx8 /dev/urandom | tr -d ' ')
	{
		printf '%s\0' "mode=$mode" "project=$project" "folder=$folder" "config=$opt_config" "nonce=$nonce"
		if [ "$mode" = shell ]; then
			printf '%s\0' "terminal=${TERM:-linux}" "size=$(stty size 2>/dev/null || echo 24 80)"
		fi
	} >"$run/job/settings"
	: >"$run/job/shares"
	[ ${#opt_shares[@]} -eq 0 ] || printf '%s\0' "${opt_shares[@]}" >"$run/job/shares"
	: >"$run/job/command"
	[ $# -eq 0 ] || printf '%s\0' "$@" >"$run/job/command"
}

# machine_args LOG: sets qemu_args and kernel_words for the options: what every guest has, for a run or for Vagrant.
# Its serial console goes to the file LOG.
machine_args() {
	local mib per_node node count=0 device
	mib=$(memory_mib)
	qemu_args=(-nodefaults -no-user-config -display none -machine q35 "${accel_args[@]}" -m "${mib}M"
		-kernel "$kernel_product/bzImage")
	kernel_words=(console=ttyS0 root=/dev/vda rootfstype=ext4 rw net.ifnames=0 printk.devkmsg=on)
	kernel_words+=(${accel_words[@]+"${accel_words[@]}"})
	[ "$opt_config" != debug ] || kernel_words+=(kmemleak=on page_table_check=on)
	# One socket a CPU, or as many as nodes: else the kernel warns of CPUs of one cache in different nodes
	if [ "$opt_numa" = 1 ]; then
		qemu_args+=(-smp "$opt_cpus,sockets=$opt_cpus")
	else
		qemu_args+=(-smp "$opt_cpus,sockets=$opt_numa,cores=$((opt_cpus / opt_numa))")
		per_node=$((opt_cpus / opt_numa))
		for ((node = 0; node < opt_numa; node++)); do
			qemu_args+=(-object "memory-backend-ram,id=ram$node,size=$((mib / opt_numa))M"
				-numa "node,nodeid=$node,cpus=$((node * per_node))-$(((node + 1) * per_node - 1)),memdev=ram$node")
		done
	fi
	# The IOMMU must be there before the devices behind it
	for device in ${opt_devices[@]+"${opt_devices[@]}"}; do
		[ "$device" != iommu ] || device_iommu 0 "$(dirname "$1")"
	done
	qemu_args+=(-device virtio-rng-pci -chardev "file,id=log,$(qemu_value "path=$1")" -serial chardev:log)
	for device in ${opt_devices[@]+"${opt_devices[@]}"}; do
		[ "$device" = iommu ] || "device_$device" "$count" "$(dirname "$1")"
		count=$((count + 1))
	done
	share_folder project "$project" read-only
}

# run_args: adds what only a run has: a throw-away root, our init, the job and the results, a way to end QEMU.
run_args() {
	local count=0 share
	qemu_args+=(-no-reboot -nic none
		-drive "$(qemu_value "file=$image"),if=virtio,format=raw,snapshot=on"
		-device isa-debug-exit,iobase=0xf4,iosize=4)
	kernel_words+=(init=/usr/local/sbin/contig-init panic=-1)
	share_folder job "$run/job" writable
	share_folder results "$results" writable
	[ ! -d "$run/disks" ] || share_folder disks "$run/disks" read-only
	for share in ${opt_shares[@]+"${opt_shares[@]}"}; do
		share_folder "share$count" "$(cd -P -- "$share" && pwd -P)" read-only
		count=$((count + 1))
	done
}

# boot MODE FOLDER COMMAND...: boots a guest for run (streams passed on) or shell (a terminal) and sets
#   boot_status   the exit status for the caller, 0 to 255
#   boot_verdict  one line that says how it ended, empty where the command just ended
boot() {
	local mode=$1 limit=$opt_timeout qemu_status=0 stdin out='' err='' cat_out='' cat_err='' cat_in=''
	if [ -z "$limit" ]; then
		limit=$(scaled 900)
		[ "$mode" != shell ] || limit=28800
	fi
	write_job "$@"
	machine_args "$run/kernel.log"
	run_args
	if [ "$mode" = shell ]; then
		qemu_args+=(-chardev stdio,id=terminal,signal=off -serial chardev:terminal)
		exec {stdin}<&0
	else
		# QEMU makes its descriptors non-blocking, which a caller's own terminal or pipe would keep; so a cat stands between.
		exec {out}> >(exec cat)
		cat_out=$!
		exec {err}> >(exec cat >&2)
		cat_err=$!
		if [ -t 0 ]; then
			exec {stdin}</dev/null
		else
			exec {stdin}< <(exec cat <&"$stdin_copy")
			cat_in=$!
		fi
		qemu_args+=(-device virtio-serial-pci,max_ports=8
			-chardev stdio,id=stdin,signal=off -device virtserialport,chardev=stdin,name=contig.stdin
			-chardev "file,id=stdout,path=/dev/fd/$out" -device virtserialport,chardev=stdout,name=contig.stdout
			-chardev "file,id=stderr,path=/dev/fd/$err" -device virtserialport,chardev=stderr,name=contig.stderr)
	fi
	qemu_args+=(-append "${kernel_words[*]} ${opt_append[*]-}")
	printf '%q ' qemu-system-x86_64 "${qemu_args[@]}" >"$run/qemu.sh"
	# setpriv: should this script be killed outright, QEMU goes with it. timeout ends it first by TERM, then by force.
	setpriv --pdeathsig TERM timeout --foreground -k 5 "$limit" setpriv --pdeathsig KILL \
		qemu-system-x86_64 "${qemu_args[@]}" \
		<&"$stdin" 2>"$run/qemu.log" >&2 &
	qemu_pid=$!
	exec {stdin}<&-
	[ -z "$out" ] || exec {out}>&- {err}>&-
	wait "$qemu_pid" || qemu_status=$?
	qemu_pid=''
	[ -z "$cat_in" ] || kill "$cat_in" 2>/dev/null || true
	[ -z "$cat_out" ] || wait "$cat_out" "$cat_err" || true
	[ "$mode" != shell ] || stty sane 2>/dev/null || true
	keep_disks "$run" "$results"
	judge_boot "$qemu_status" "$limit"
}

# The caller's stdin, kept where process substitutions can reach it.
exec {stdin_copy}<&0

stop_qemu() {
	[ -z "${qemu_pid:-}" ] || {
		kill -TERM "$qemu_pid" 2>/dev/null
		wait "$qemu_pid" 2>/dev/null
	}
}
at_exit stop_qemu

# judge_boot QEMU_STATUS LIMIT: success needs QEMU's status 33, which only the guest's last act yields (a panic ends
# QEMU with 0), and the status file with this run's nonce.
judge_boot() {
	local qemu_status=$1 limit=$2 reported='' status='' findings
	findings=$run/findings
	[ ! -e "$run/job/status" ] || read -r reported status <"$run/job/status" || true
	touch "$run/kernel.log"
	scan_kernel_log "$run/kernel.log" >"$findings" || true
	if [ "$qemu_status" = 124 ] || [ "$qemu_status" = 137 ]; then
		boot_status=$EXIT_TIMEOUT
		boot_verdict="the time limit of $limit s ended the guest"
		tail_kernel_log
	elif [ "$qemu_status" != 33 ] || [ "$reported" != "$nonce" ] || ! [[ $status =~ ^[0-9]+$ ]]; then
		boot_status=$EXIT_CRASH
		boot_verdict="the guest crashed: it ended (QEMU's status $qemu_status) without telling how the command ended"
		[ ! -s "$run/qemu.log" ] || sed 's/^/vm: qemu: /' "$run/qemu.log" >&2
		tail_kernel_log
	elif [ -s "$findings" ]; then
		boot_status=$EXIT_KERNEL
		boot_verdict="the kernel log has reports (the command's own status was $status)"
	else
		boot_status=$status
		boot_verdict=''
	fi
	if [ -s "$findings" ]; then
		say "reports in the kernel log:"
		head -n 60 "$findings" | sed 's/^/    /' >&2
	fi
	[ -z "$boot_verdict" ] || say "$boot_verdict; kernel log: $run/kernel.log"
	[ -z "$opt_results" ] || cp "$run/kernel.log" "$results/kernel.log"
}

tail_kernel_log() {
	say "the kernel log ends with:"
	tail -n 25 "$run/kernel.log" | tr -d '\r' | sed 's/^/    /' >&2
}
