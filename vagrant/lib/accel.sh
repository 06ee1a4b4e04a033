# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# KVM, TCG, or TCG that counts instructions. /dev/kvm may be there and of no use: nested, or emulated instruction by
# instruction. Only the real kernel tells, by getting through its boot within a few seconds; a tiny payload would give a
# false yes.

# Sets accel (kvm or tcg), accel_args for QEMU, accel_words for the kernel and jvm_flags for a java in the guest.
choose_accel() {
	local why
	case $opt_accel in
	tcg)
		use_tcg
		[ -z "$opt_icount" ] || use_icount
		;;
	kvm)
		probe_kvm || die "--accel kvm: $kvm_answer"
		use_kvm
		;;
	auto)
		if probe_kvm; then
			use_kvm
		else
			why=$kvm_answer
			use_tcg
			say "KVM is not usable ($why): running under TCG, which is slower and otherwise the same"
		fi
		;;
	esac
}

use_tcg() {
	accel=tcg
	accel_args=(-accel tcg,thread=multi -cpu max)
	# What C2 and G1 cost to translate they do not earn back in a run of a minute. C1 alone also hardly replaces code that is
	# in use, which TCG does not bear (README.md, "When something is wrong").
	jvm_flags=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)
	# On a busy host a virtual CPU may stand still for long and not know it: the kernel would panic at boot because "IO-APIC
	# + timer doesn't work", and take a wait for a lockup. These limits are out of reach of that, not of a real lockup.
	accel_words=(no_timer_check watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120)
}

# Guest time is instructions, 1 ns each (shift=0), and idle time is skipped (sleep=off). A processor without ERMS and FSRM
# clears and copies by words, one instruction each, which is counted; by bytes it would be eight times as many. No random
# addresses: how a table is walked depends on them.
use_icount() {
	accel_args=(-accel tcg,thread=single -icount shift=0,sleep=off -cpu max,-erms,-fsrm)
	accel_words+=(nokaslr norandmaps)
}

use_kvm() {
	accel=kvm
	accel_args=(-accel kvm -cpu "${kvm_answer#cpu }")
	jvm_flags=()
	accel_words=()
}

# Sets kvm_answer: 'cpu MODEL' (status 0), or the reason why not (status 1). The answer of a boot is kept for this
# machine, this QEMU and this kind of kernel.
probe_kvm() {
	local key file
	if [ ! -e /dev/kvm ]; then
		kvm_answer='no /dev/kvm'
		return 1
	fi
	if [ ! -r /dev/kvm ] || [ ! -w /dev/kvm ]; then
		kvm_answer="$(id -un) may not use /dev/kvm; group kvm may, usually"
		return 1
	fi
	key=$({
		uname -r
		cat /etc/machine-id 2>/dev/null || uname -n
		grep -m 1 'model name' /proc/cpuinfo
		qemu-system-x86_64 --version
		echo "$opt_kernel $opt_config"
	} | short_hash)
	file=$build/accel-$key
	if [ ! -s "$file" ]; then
		mkdir -p "$build"
		kvm_boots
		write_file "$file" "$kvm_answer"
	fi
	kvm_answer=$(cat "$file")
	[[ $kvm_answer = 'cpu '* ]]
}

# The kernel alone, with no root: it must come as far as panicking about that, and QEMU end by itself.
kvm_boots() {
	local model limit log
	limit=5
	[ "$opt_config" != debug ] || limit=15
	log=$build/accel-probe.$$.log
	kvm_answer=''
	# The second model is for hosts that can not show the guest this one register
	for model in host host,-arch-capabilities; do
		say "trying KVM with -cpu $model (at most $limit s)"
		rm -f "$log"
		if probe_boot "$model" "$limit" "$log" 2>/dev/null; then
			kvm_answer="cpu $model"
			break
		fi
	done
	rm -f "$log"
	[ -n "$kvm_answer" ] || kvm_answer="the kernel did not boot with it within $limit s"
}

probe_boot() {
	timeout --foreground -k 1 "$2" qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot \
		-machine q35 -accel kvm -cpu "$1" -m 1024M -smp 2 -serial "file:$(qemu_value "$3")" \
		-kernel "$kernel_product/bzImage" -append "console=ttyS0 panic=-1" </dev/null >/dev/null &&
		grep -q 'Unable to mount root fs' "$3"
}
