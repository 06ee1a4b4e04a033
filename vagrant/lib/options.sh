# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The command line: usage text, parsing, and the check of every value before anything is started.

usage() {
	cat <<-'EOT'
	usage: vagrant/vm demo  [options]           allocate, verify and DMA in a fresh guest, and explain what happens
	       vagrant/vm test  [options]           the tests on one kernel; ends with 'N passed, N failed, N skipped'
	              --ci | --all | --selftests    on several kernels, within an hour; everything on all of them; the kernel's
	                                            own selftests of mm with and without the series
	              --only GROUP[,GROUP...]       of host, boot, selftests, fuzz, java, demo, walk, fragment, cost, controls
	                                            (of selftests, java, demo), verbs, style, check, kernels-own: those alone
	       vagrant/vm bench [options]           contiguous allocation in fragmented memory, measured in guests: tables, plots, raw
	                                            data in DIR of --results; up to half an hour, --quick some five minutes
	              --only STATE[,STATE...]       those states alone, added to what is in DIR
	              --compare DIR                 the report tells how far an earlier run's figures lie apart
	       vagrant/vm run   [options] -- CMD    boot a fresh guest, run CMD as root in the project's folder, pass its
	                                            output and exit status on
	       vagrant/vm shell [options]           the same with a terminal
	       vagrant/vm build [options]           only build kernel, image and jars (--vagrant: and what the Vagrantfile needs)
	       vagrant/vm clean [--all]             remove what this checkout built; --all: also the cache that all checkouts
	                                            share (kernels, images, sources)

	options:
	  --kernel 6.12|7.2      kernel series (default 6.12)
	  --stock                the same kernel and config without the series
	  --config base|debug    debug: KASAN, lockdep, kmemleak and more; slow (default base)
	  --memory SIZE          guest memory, such as 4G or 1536M (default 4G)
	  --cpus N               1 to 8 (default 2)
	  --numa N               N nodes with equal memory and CPUs (default 1)
	  --append "WORDS"       more words for the kernel's command line (repeatable)
	  --device NAME          edu, edu28, nvme or iommu (repeatable)
	  --share DIR            one more host folder, read-only at the same path in the guest (repeatable)
	  --results DIR          where the guest's /results goes (default: a folder under vagrant/.build/runs, named at the end)
	  --accel auto|kvm|tcg   auto (default) tries KVM with the real kernel and falls back to TCG
	  --icount               run only: time is instructions, 1 ns each, the same in every run; TCG, one CPU (README.md)
	  --timeout SECONDS      limit of each boot (run: 900, times 5 with --config debug; shell: 28800)
	test takes also --kernel, --config, --accel and --results, --ci only the last two, --all the others to run a part of it;
	  bench takes --kernel, --stock, --accel, --results and --timeout; the others take all that can mean something to them

	exit status: that of CMD; 2 wrong usage; 121 the kernel log has a report (BUG, WARNING, KASAN, lockdep, leak ...);
	  122 the guest crashed; 124 time limit; 125 something could not be built or started
	EOT
}

# parse_options COMMAND ARGS...: sets the globals below.
# shellcheck disable=SC2034 # they are used by other parts
parse_options() {
	local command=$1 value
	shift
	opt_kernel=6.12 opt_stock='' opt_config=base opt_memory=4G opt_cpus='' opt_numa=1
	opt_append=() opt_devices=() opt_shares=() opt_results='' opt_accel=auto opt_icount='' opt_timeout='' opt_all='' opt_vagrant=''
	opt_ci='' opt_selftests='' opt_only='' opt_quick='' opt_compare='' opt_chosen=()
	opt_command=()
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel | --config | --memory | --cpus | --numa | --append | --device | --share | --results | --compare | --accel | --timeout | --only)
			[ $# -ge 2 ] || wrong "$1 needs a value"
			value=$2
			;;
		esac
		case $1 in
		--kernel)
			opt_kernel=$value
			opt_chosen+=("$1")
			;;
		--config)
			opt_config=$value
			opt_chosen+=("$1")
			;;
		--memory) opt_memory=$value ;;
		--cpus) opt_cpus=${value:-none} ;;
		--numa) opt_numa=$value ;;
		--append) opt_append+=("$value") ;;
		--device) opt_devices+=("$value") ;;
		--share) opt_shares+=("$value") ;;
		--results) opt_results=$value ;;
		--compare) opt_compare=$value ;;
		--accel) opt_accel=$value ;;
		--timeout) opt_timeout=$value ;;
		--icount) opt_icount=yes ;;
		--stock) opt_stock=yes ;;
		--all) opt_all=yes ;;
		--only) opt_only=$value ;;
		--ci) opt_ci=yes ;;
		--quick) opt_quick=yes ;;
		--selftests) opt_selftests=yes ;;
		--vagrant) opt_vagrant=machine ;;
		--vagrant-box) opt_vagrant=box ;;
		-h | --help)
			usage
			exit 0
			;;
		--)
			shift
			opt_command=("$@")
			break
			;;
		-*) wrong "unknown option '$1'" ;;
		*) wrong "unexpected word '$1' (the command for the guest comes after --)" ;;
		esac
		case " $(options_of "$command") " in
		*" $1 "*) ;;
		*) wrong "$1 is not an option of $command" ;;
		esac
		case $1 in
		--icount | --stock | --all | --ci | --quick | --selftests | --vagrant | --vagrant-box) shift ;;
		*) shift 2 ;;
		esac
	done
	check_options "$command"
}

# The guests of test are given: other memory or devices would be other tests.
options_of() {
	case $1 in
	clean) echo --all ;;
	test) echo --kernel --config --accel --results --ci --all --selftests --only ;;
	bench) echo --kernel --stock --accel --results --compare --timeout --quick --only ;;
	build) echo --kernel --stock --config --memory --cpus --numa --append --device --accel --vagrant --vagrant-box ;;
	run) echo --kernel --stock --config --memory --cpus --numa --append --device --share --results --accel --icount --timeout ;;
	*) echo --kernel --stock --config --memory --cpus --numa --append --device --share --results --accel --timeout ;;
	esac
}

check_options() {
	local command=$1 device share iommus=0
	if [ "$command" = run ]; then
		[ ${#opt_command[@]} -gt 0 ] || wrong "run needs a command after --"
	else
		[ ${#opt_command[@]} -eq 0 ] || wrong "$command takes no command after --"
	fi
	if [ "$command" = test ]; then
		case $opt_ci$opt_all$opt_selftests in
		yesyes*) wrong "test: one of --ci, --all and --selftests" ;;
		esac
		[ -z "$opt_ci" ] || [ ${#opt_chosen[@]} -eq 0 ] || wrong "${opt_chosen[0]}: --ci has kernels and configs of its own"
		check_only "$test_groups"
		[ -z "$opt_selftests" ] || [ "$opt_config" = base ] || wrong "--config $opt_config: --selftests is for base only"
	fi
	[ -z "$opt_compare" ] || compgen -G "$opt_compare/*/summary.csv" >/dev/null || wrong "--compare $opt_compare: no folder of a run of bench"
	[ "$command" != bench ] || check_only "$(bench_states | sed 's/;.*//' | tr '\n' ' ')"
	case " $(kernel_series) " in
	*" $opt_kernel "*) ;;
	*) wrong "--kernel $opt_kernel: no such series (there is: $(kernel_series))" ;;
	esac
	case $opt_config in
	base | debug) ;;
	*) wrong "--config $opt_config: base or debug" ;;
	esac
	[[ $opt_memory =~ ^[1-9][0-9]{0,9}[MG]$ ]] || wrong "--memory $opt_memory: a number and M or G, such as 4G"
	[ "$(memory_mib)" -ge 512 ] || wrong "--memory $opt_memory: a JVM and the tests need at least 512M"
	check_icount
	[ -n "$opt_cpus" ] || opt_cpus=2
	[[ $opt_cpus =~ ^[1-8]$ ]] || wrong "--cpus $opt_cpus: 1 to 8"
	[[ $opt_numa =~ ^[1-8]$ ]] || wrong "--numa $opt_numa: 1 to 8"
	[ $((opt_cpus % opt_numa)) -eq 0 ] || wrong "--numa $opt_numa: --cpus ($opt_cpus) must be a multiple of it"
	[ $(($(memory_mib) % opt_numa)) -eq 0 ] || wrong "--numa $opt_numa: --memory ($opt_memory) can not be divided by it"
	for device in ${opt_devices[@]+"${opt_devices[@]}"}; do
		case " $(device_names) " in
		*" $device "*) ;;
		*) wrong "--device $device: one of $(device_names)" ;;
		esac
		[ "$device" != iommu ] || iommus=$((iommus + 1))
	done
	[ "$iommus" -le 1 ] || wrong "--device iommu: only once"
	for share in ${opt_shares[@]+"${opt_shares[@]}"}; do
		[[ $share = /* ]] || wrong "--share $share: not an absolute path"
		[ -d "$share" ] || wrong "--share $share: no such folder"
	done
	case $opt_accel in
	auto | kvm | tcg) ;;
	*) wrong "--accel $opt_accel: auto, kvm or tcg" ;;
	esac
	[ -z "$opt_timeout" ] || [[ $opt_timeout =~ ^[1-9][0-9]{0,6}$ ]] || wrong "--timeout $opt_timeout: a number of seconds"
	[ -z "$opt_results" ] || { mkdir -p -- "$opt_results" && [ -w "$opt_results" ]; } 2>/dev/null ||
		wrong "--results $opt_results: not a folder that can be made and written"
}

# check_only WORDS: what --only names must be some of these.
check_only() {
	local word
	for word in ${opt_only//,/ }; do
		[[ " $1 " = *" $word "* ]] || wrong "--only $word: some of $1"
	done
}

# Instructions are counted on one CPU, which QEMU itself executes.
check_icount() {
	[ -n "$opt_icount" ] || return 0
	[ "${opt_cpus:-1}" = 1 ] || wrong "--icount counts on one CPU: not with --cpus $opt_cpus"
	[ "$opt_accel" != kvm ] || wrong "--icount is TCG's: not with --accel kvm"
	opt_cpus=1 opt_accel=tcg
}

kernel_series() {
	local folder names=()
	for folder in "$project"/kernel-patch/[0-9]*.[0-9]*; do
		[ ! -d "$folder" ] || names+=("$(basename "$folder")")
	done
	echo "${names[*]}"
}

memory_mib() {
	local number=${opt_memory%[MG]}
	[ "${opt_memory: -1}" = M ] || number=$((number * 1024))
	echo "$number"
}

# scaled SECONDS: a time limit for the chosen config; the debug kernel is that much slower under TCG.
scaled() {
	if [ "$opt_config" = debug ]; then echo $(($1 * 5)); else echo "$1"; fi
}
