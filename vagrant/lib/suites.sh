# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The suites of test: what is run on which kernel, and how. Counting and the table are in test.sh.

# The groups of suites, for --only and for the plan.
#   host         what needs no guest: the tests of vagrant/ itself, the unit tests
#   boot         what vm run promises (tests/boot.sh)
#   selftests    the selftests of the series
#   fuzz         random sequences of system calls, with --all more and in more ways
#   java         the guest tests of the library, without an IOMMU and behind one
#   demo         the demo, and again behind an IOMMU, and with an NVMe controller (tests/nvme.sh)
#   walk         a device follows one address across every page boundary of 64 MiB, and its control
#   fragment     whether the tools of bench reach and prove what they say
#   cost         what the series costs who does not use it, counted on both kernels (base config)
#   controls     those before on the stock kernel, where they must fail
#   verbs        what Vagrant's verbs do (tests/verbs.sh)
#   style        kernel check, the part that compiles nothing
#   check        kernel check, all of it
#   kernels-own  the kernel's own selftests of mm, on both kernels
test_groups='host boot selftests fuzz java demo walk fragment cost controls verbs style check kernels-own'

# Lines 'KERNEL CONFIG GROUP...': what this run of test does, kernel after kernel.
plan() {
	local kernel config groups group chosen
	full_plan | while read -r kernel config groups; do
		chosen=''
		for group in $groups; do
			! wanted "$group" || chosen+=" $group"
		done
		[ -z "$chosen" ] || echo "$kernel $config$chosen"
	done
}

# wanted GROUP: by --only, or without it.
wanted() { [ -z "$opt_only" ] || [[ ,$opt_only, = *",$1,"* ]]; }

# chosen OPTION VALUE: whether the command line names that value, or leaves it open.
chosen() {
	local option=$1 value=$2
	[[ " ${opt_chosen[*]-} " != *" $option "* ]] || case $option in
	--kernel) [ "$opt_kernel" = "$value" ] ;;
	--config) [ "$opt_config" = "$value" ] ;;
	esac
}

full_plan() {
	local kernel config groups
	if [ -n "$opt_selftests" ]; then
		echo "$opt_kernel base kernels-own"
	elif [ -n "$opt_all" ]; then
		for kernel in $(kernel_series); do
			echo "$kernel base boot selftests fuzz java demo walk fragment cost controls verbs check kernels-own"
			echo "$kernel debug selftests fuzz java demo controls"
		done | while read -r kernel config groups; do
			! chosen --kernel "$kernel" || ! chosen --config "$config" || echo "$kernel $config $groups"
		done
	elif [ -n "$opt_ci" ]; then
		# Within an hour from nothing on two cores: each kernel to compile is worth five to ten minutes of tests. What runs
		# on the host or tests vm itself is the same for all, and a stock kernel is a control of the tests, not of a kernel.
		echo '6.12 base boot selftests java demo walk controls verbs'
		echo '6.12 debug selftests'
		echo '7.2 base selftests java demo'
	elif [ -n "$opt_only" ]; then
		# 'host' needs no kernel, and the kernel check none of this configuration; those who name a group get it
		echo "$opt_kernel $opt_config boot selftests fuzz java demo walk fragment cost controls verbs style check kernels-own"
	else
		# The fuzzer, the count of costs and the tools of bench are for --all and --only, until they have long been quiet
		echo "$opt_kernel $opt_config boot selftests java demo walk controls verbs"
	fi
}

# The programs of the series' selftests, a line for each guest that one of them needs: a name, the configurations it is for, which
# of its tests (all; +TEST, that one alone; -TEST, all but that one), and the guest. A program that is missing here or among what
# 'kernel build' made is a failure.
selftest_programs() {
	local without_reserve=C15_without_a_reserve_the_search_serves two_reserves='--append contig_cma=0:256M,1:256M --numa 2'
	# One that is freed in the guest makes sure that there is room for one; the debug configuration needs more for that.
	local gigantic='--append hugepagesz=1G --append hugepages=1'
	# 6.12's profiling of allocations takes for mistakes: the end of a page that booting allocated, and a failed allocation.
	local no_profiling='--append sysctl.vm.mem_profiling=0'
	cat <<-EOT
		map_contig            base        all                --memory 4G --append contig_cma=512M
		map_contig            debug       all                --memory 4G --append contig_cma=512M $no_profiling
		map_contig_consumers  base,debug  all                --memory 4G --append contig_cma=512M --append cma=64M --device iommu --device edu
		map_contig_policy     base,debug  -$without_reserve  --memory 4G $two_reserves
		map_contig_policy     base,debug  +$without_reserve  --memory 2G
		map_contig_stability  base        all                --memory 5G $two_reserves --append cma=64M $gigantic
		map_contig_stability  debug       all                --memory 6G $two_reserves --append cma=64M $gigantic $no_profiling
		map_contig_inject     debug       all                --memory 4G --append contig_cma=512M $no_profiling
	EOT
}

# usual NAME: whether test runs that program. --ci has an hour: what waits for pressure to build up, and on the debug configuration
# all but the first, which take an hour and more by themselves, are for the others.
usual() {
	[ -n "$opt_ci" ] || return 0
	case $config:$1 in
	debug:map_contig | base:map_contig | base:map_contig_consumers | base:map_contig_policy) ;;
	*) return 1 ;;
	esac
}

# The guest of all of them together, for the stock kernel, which knows no contig_cma.
selftest_control_guest=(--memory 4G --append cma=64M --numa 2 --device iommu --device edu)

# The fuzzer's guest, and its seconds, under TCG for some dozen sequences.
fuzz_guest=(--memory 4G --append contig_cma=512M)
fuzz_seconds=60

install_for_test() {
	local kinds=(guest kernel java)
	[[ ${plan[*]-} != *style* ]] || kinds+=(style)
	[[ ${plan[*]-} != *check* ]] || kinds+=(check)
	[[ ${plan[*]-} != *kernels-own* ]] || kinds+=(kselftests)
	install_missing "${kinds[@]}"
	update_package_lists
}

# What needs no guest.
host_suites() {
	local suite
	for suite in options kernellog count selftests suites bench; do
		tap_suite "vagrant: $suite" "$vagrant/tests/$suite.sh"
	done
	unit_suite
}

# kernel_suites KERNEL CONFIG GROUP...
kernel_suites() {
	local kernel=$1 config=$2 group label=$1 groups
	shift 2
	groups=" $* "
	[ "$config" = base ] || label+=" $config"
	vm_options=(--kernel "$kernel" --config "$config" --accel "$opt_accel")
	# The kernels first: what follows then measures tests, not builds. Without them nothing can follow.
	build_suite "$label: build"
	[ "$last_failed" = 0 ] || { missing_suite "$label: all of it" 'not run: there is no kernel'; return; }
	if [[ $groups = *' controls '* || $groups = *' cost '* || $groups = *' kernels-own '* ]]; then
		build_suite "$label: build --stock" --stock
		[ "$last_failed" = 0 ] || { missing_suite "$label: all of it" 'not run: there is no stock kernel'; return; }
	fi
	for group in "$@"; do
		case $group in
		boot) tap_suite "$label: boot" "$vagrant/tests/boot.sh" "${vm_options[@]}" ;;
		verbs) tap_suite "$label: verbs" "$vagrant/tests/verbs.sh" "${vm_options[@]}" ;;
		selftests) selftest_suites ;;
		fuzz) native_program fuzz && fuzz_suites ;;
		java)
			guest_suite "$label: java guest tests" patched
			guest_suite "$label: java guest tests, iommu" iommu --device iommu
			;;
		demo)
			demo_suite "$label: demo" 0
			demo_suite "$label: demo, iommu" 0 --device iommu
			tap_suite "$label: demo, nvme" "$vagrant/tests/nvme.sh" "${vm_options[@]}"
			;;
		walk) walk_suites ;;
		fragment) fragment_suite ;;
		cost) native_program cost && tap_suite "$label: cost" "$project/native/tools/cost/compare.py" --kernel "$kernel" ;;
		controls)
			# Which suites have a control is what else this kernel is tested with
			[[ $groups != *' selftests '* ]] || selftest_controls
			[[ $groups != *' java '* ]] || guest_suite "$label: java guest tests, stock" stock --stock
			[[ $groups != *' demo '* ]] || demo_suite "$label: demo, stock" 3 --stock
			;;
		style) step_suite "$label: kernel check, style" "$project/kernel-patch/kernel" check --kernel "$kernel" --only style ;;
		check) step_suite "$label: kernel check" "$project/kernel-patch/kernel" check --kernel "$kernel" ;;
		kernels-own) kernels_own_suite ;;
		esac
	done
}

# build_suite NAME [--stock]
build_suite() {
	local suite=$1
	shift
	step_suite "$suite" make_kernel --kernel "$kernel" --config "$config" "$@"
}

# find_product [OPTION...]: sets product, the folder of the kernel that build_suite has built; what went wrong goes to stderr.
find_product() {
	product=$("$project/kernel-patch/kernel" build --kernel "$kernel" --config "$config" "$@") && [ -d "$product" ]
}

# --- Java -------------------------------------------------------------------------------------------------------------

unit_suite() {
	local suite='java: unit tests' log status=0 begin=$SECONDS folders
	log=$(log_of "$suite" log)
	say "$suite ..."
	remove_reports surefire-reports
	run_child mvn -B -f "$project/pom.xml" package -Dmaven.test.failure.ignore=false --fail-at-end >"$log" 2>&1 || status=$?
	mapfile -t folders < <(reports surefire-reports)
	count "$suite" $((SECONDS - begin)) junit "$status" "${folders[@]:-$project/java/core/target/surefire-reports}"
	[ "$status" = 0 ] || show_maven_failure "$log"
}

# guest_suite NAME GROUP [OPTION...]: the JUnit classes of java/guest-tests with that tag, in a guest.
guest_suite() {
	local suite=$1 group=$2 log status=0 begin=$SECONDS
	shift 2
	log=$(log_of "$suite" log)
	say "$suite ..."
	remove_reports failsafe-reports
	run_child env MAPCONTIG_VM="$(words "${vm_options[@]}" "$@" --append contig_cma=512M --append cma=64M --memory 4G --device edu --device edu28 --device nvme)" \
		mvn -B -f "$project/pom.xml" verify -pl java/guest-tests -am -DskipUnitTests \
		-Dguest.jvm="$vagrant/guest/bin/java" -Dguest.groups="$group" >"$log" 2>&1 || status=$?
	cp -r "$project/java/guest-tests/target/failsafe-reports" "$(log_of "$suite" reports)" 2>/dev/null || true
	count "$suite" $((SECONDS - begin)) junit "$status" "$project/java/guest-tests/target/failsafe-reports"
	[ "$status" = 0 ] || show_maven_failure "$log"
}

# demo_suite NAME STATUS [OPTION...]: 0 is proven; 3 is the kernel lacks MAP_CONTIG, which the stock one does.
demo_suite() {
	local suite=$1 wanted=$2
	shift 2
	status_suite "$wanted" "$suite" "$vagrant/vm" demo "${vm_options[@]}" "$@"
}

# A transfer takes the device 0.1 s, so there are sixteen. The control is as sure with less memory.
walk_suites() {
	local jar='' count guest=("${vm_options[@]}" --append contig_cma=256M) walk
	for count in {1..16}; do
		guest+=(--device edu)
	done
	step_suite "$label: jars" mvn -B -q -f "$project/pom.xml" -DskipTests package
	[ "$last_failed" != 0 ] || jar=$(cli_jar) || true
	[ -n "$jar" ] || { missing_suite "$label: walk" 'there is no program'; return 0; }
	walk=(env --chdir="$project" MAPCONTIG_VM="$(words "${guest[@]}")" "$vagrant/guest/bin/java" -jar "$jar" walk)
	step_suite "$label: walk over 64 MiB" says 0 '^contiguous: 16 devices crossed 16,383 of 16,383 ' "${walk[@]}"
	step_suite "$label: walk over scattered memory" says 1 '^not contiguous: 16 devices met other memory ' \
		"${walk[@]}" --scattered --size 4M
}

# says STATUS PATTERN COMMAND...: it ends with that status, and a line of its output matches.
says() {
	local wanted=$1 pattern=$2 status=0 output
	shift 2
	output=$("$@") || status=$?
	printf '%s\nexit status %s\n' "$output" "$status"
	[ "$status" = "$wanted" ] && grep -qE "$pattern" <<<"$output"
}

# --- the selftests of the series --------------------------------------------------------------------------------------

# Each program in a guest of its own, so that a report in the kernel log is its own too.
selftest_suites() {
	local name configs tests words product='' title arguments
	find_product || true # the build is a suite of its own; here every program is missing then
	while read -r name configs tests words; do
		[[ ",$configs," = *",$config,"* ]] || continue
		usual "$name" || continue
		read -ra words <<<"$words"
		title=$name arguments=()
		case $tests in
		+*) arguments=(-t "${tests#+}") title+=", ${tests#+}" ;;
		-*) arguments=(-T "${tests#-}") ;;
		esac
		program_suite "$label: $title" "${words[@]}" -- "${product:-/nothing}/selftests/$name" ${arguments[@]+"${arguments[@]}"}
	done < <(selftest_programs)
	# The other way round: what was built must be run
	for name in "$product"/selftests/*; do
		name=$(basename "$name")
		selftest_programs | grep -q "^$name " ||
			missing_suite "$label: $name" "a selftest of the series that the table in vagrant/lib/suites.sh does not know"
	done
}

# program_suite NAME GUEST-OPTION... -- PROGRAM ARGUMENT...: a program that prints TAP, in a guest.
program_suite() {
	local suite=$1 guest=()
	shift
	while [ "$1" != -- ]; do
		guest+=("$1")
		shift
	done
	shift
	[ -x "$1" ] || { missing_suite "$suite" "there is no program $(basename "$1") in $(dirname "$1")"; return; }
	tap_suite "$suite" "$vagrant/vm" run "${vm_options[@]}" "${guest[@]}" --share "$(dirname "$1")" -- "$@"
}

# missing_suite NAME WHY: a suite that could not be run has failed.
missing_suite() {
	local log
	log=$(log_of "$1" tap)
	one_result "(not run)" 1 "$2" >"$log"
	count "$1" 0 tap "$log" 0
}

# On the stock kernel each of them must fail. All in one guest: what counts is what each of them says.
selftest_controls() {
	local name configs rest product='' folder status=0 one seconds limit=300 probe
	local -a names=() programs=()
	find_product --stock || true
	[ "$config" = base ] || limit=$((limit * 5))
	while read -r name configs rest; do
		[[ ",$configs," = *",$config,"* && " ${names[*]-} " != *" $name "* ]] || continue
		names+=("$name")
		programs+=("${product:-/nothing}/selftests/$name")
	done < <(selftest_programs)
	folder=$(log_of "$label: selftests, stock" results)
	mkdir -p "$folder"
	say "$label: selftests, stock ..."
	[ -z "$product" ] || run_child "$vagrant/vm" run "${vm_options[@]}" --stock "${selftest_control_guest[@]}" \
		--timeout $((limit * ${#programs[@]} + 120)) --results "$folder" --share "$product/selftests" \
		-- "$vagrant/guest/programs" "$limit" "${programs[@]}" >"$folder/log" 2>&1 || status=$?
	for name in "${names[@]}"; do
		one=$status seconds=0 probe=()
		[ ! -s "$folder/$name.status" ] || read -r one seconds <"$folder/$name.status"
		touch "$folder/$name.tap"
		# Its probe asks whether the kernel has MAP_CONTIG: the one question that must not be answered wrong
		[ "$name" != map_contig ] || probe=(probe)
		count "$label: $name, stock" "$seconds" stock "$folder/$name.tap" "$one" ${probe[@]+"${probe[@]}"}
	done
	if [ "$status" != 0 ]; then
		tail -n 20 "$folder/log" | sed 's/^/    /' >&2
		say "the guest with the stock kernel ended with status $status; logs: $folder"
	fi
}

# native_program NAME: builds what runs in a guest apart from Java; the unit tests do so too, but --only may leave them out.
native_program() {
	step_suite "native: $1" make --no-print-directory --silent -C "$project/native" "target/$1"
	[ "$last_failed" = 0 ]
}

# The tools of bench, in memory that is soon filled.
fragment_suite() {
	native_program fragment && native_program measure &&
		program_suite "$label: fragment" --memory 2G -- "$project/native/tools/fragment/check"
}

# --- the fuzzer -------------------------------------------------------------------------------------------------------

# With --all longer, and in the ways that can not be told again exactly: with operations that race, and amid others' noise.
fuzz_suites() {
	fuzz_suite "$label: fuzz"
	[ -n "$opt_all" ] || return 0
	fuzz_suite "$label: fuzz --race" --race
	fuzz_suite "$label: fuzz --noise" --noise
}

# fuzz_suite NAME [OPTION]: today's date is the seed, so there is another one every day, and the same again for whoever looks
# into a failure. Sequences that failed are kept, as small as they got.
fuzz_suite() {
	local suite=$1 seed seconds=$fuzz_seconds kept
	shift
	seed=$(date +%Y%m%d)
	[ -z "$opt_all" ] || seconds=$((seconds * 5))
	kept=$(log_of "$suite" results)
	mkdir -p "$kept"
	say "$suite: seed $seed, $seconds s; what fails is kept in $kept"
	program_suite "$suite" "${fuzz_guest[@]}" --results "$kept" -- "$project/native/target/fuzz" --sequences 1000000 \
		--seconds "$seconds" --seed "$seed" --regressions "$project/native/tools/fuzz/regressions" --keep /results "$@"
}
