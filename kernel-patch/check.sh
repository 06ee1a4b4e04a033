# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel check: what a reviewer's robots would find. Part of the tool 'kernel', which sources this.
#
# Kernels are compiled here to see that they compile, never to run: they are made from config/check/, which is small, and
# each of them takes one to two minutes on two cores instead of five.

# In the order in which they run: the cheap ones first.
check_parts=(style analysis patches configs arm64)

# Kernels that 'configs' and 'arm64' compile: the part, a name, the folder for their objects, and what they change in
# config/check/: -X switches X off, +X on.
variations() {
	cat <<-'EOT'
		configs  all                  x86_64
		configs  no-map-contig        x86_64  -MAP_CONTIG
		configs  no-cma               x86_64  -CMA -CMA_AREAS +SPARSEMEM_VMEMMAP +MEMORY_HOTPLUG
		configs  no-thp               x86_64  -TRANSPARENT_HUGEPAGE
		configs  no-hugetlbfs         x86_64  -HUGETLBFS
		configs  no-numa              x86_64  -NUMA -NUMA_BALANCING -NUMA_MIGRATION
		configs  no-memcg             x86_64  -MEMCG -CPUSETS
		configs  no-sysfs             x86_64  -SYSFS
		configs  no-sysctl            x86_64  -PROC_SYSCTL
		configs  no-proc              x86_64  -PROC_FS -PROC_SYSCTL -PROC_PAGE_MONITOR -CPUSETS -CHECKPOINT_RESTORE -MEM_SOFT_DIRTY
		configs  no-vmstat            x86_64  -VM_EVENT_COUNTERS -MEMCG
		configs  no-block             x86_64  -BLOCK -MINIX_FS
		configs  tracing              x86_64  +FTRACE +ENABLE_DEFAULT_TRACERS
		configs  least                x86_64  -SMP -NUMA -NUMA_BALANCING -NUMA_MIGRATION -CPUSETS -MEMCG -CGROUPS -TRANSPARENT_HUGEPAGE -HUGETLBFS -KSM -USERFAULTFD -SHMEM -TMPFS -SECRETMEM -SYSFS -VM_EVENT_COUNTERS -MEMORY_FAILURE -COMPACTION -DEBUG_VM -BLOCK -MINIX_FS
		configs  i386                 i386
		configs  no-mmu               arm     -MMU -MAP_CONTIG -CMA -CMA_AREAS -COMPACTION -MIGRATION -TRANSPARENT_HUGEPAGE -HUGETLBFS -KSM -USERFAULTFD -PROC_PAGE_MONITOR -SECRETMEM -BINFMT_ELF -COREDUMP -ELF_CORE -MEMCG -SHMEM -TMPFS
		arm64    arm64                arm64
		arm64    arm64-64k-pages      arm64   +ARM64_64K_PAGES
	EOT
}

# The words for make that choose an architecture of config/check/.
architecture() {
	case $1 in
	x86_64 | i386) echo "ARCH=$1" ;;
	arm) echo ARCH=arm CROSS_COMPILE=arm-linux-gnueabi- ;;
	arm64) echo ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- ;;
	esac
}

# Kernel code has rules that programs of user space, the selftests, can not follow: it has no errno to return, its own names
# for attributes, no types of ELF in mixed case, no EXPECT_EQ() TH_LOG(), which is two statements, and texts for its log only.
user_space_ignores=PREFER_KERNEL_TYPES,VOLATILE,MACRO_WITH_FLOW_CONTROL,MACRO_ARG_REUSE,BIT_MACRO
user_space_ignores+=,MULTISTATEMENT_MACRO_USE_DO_WHILE,STATIC_CONST_CHAR_ARRAY,AVOID_EXTERNS
user_space_ignores+=,USE_NEGATIVE_ERRNO,PREFER_DEFINED_ATTRIBUTE_MACRO,CAMELCASE,BRACES,LONG_LINE_STRING

# And so has C, that headers of trace events can not follow: they are a language of macros.
trace_ignores=COMPLEX_MACRO,MACRO_ARG_UNUSED,TRAILING_SEMICOLON,PARENTHESIS_ALIGNMENT,OPEN_ENDED_LINE

cmd_check() {
	local parts part begin
	need_series
	parts=${only:-${check_parts[*]}}
	parts=${parts//,/ }
	for part in $parts; do
		[[ " ${check_parts[*]} " = *" $part "* ]] || wrong "--only wants some of: ${check_parts[*]}; not '$part'"
	done
	# shellcheck disable=SC2086 # several words
	need_packages build $parts
	[ -z "$dir" ] || need_committed
	work=$cache/scratch/check-$kernel
	mkdir -p "$cache/scratch"
	exec 9>"$work.lock"
	flock -n 9 || die "another check of $kernel runs"
	rm -rf "$work"
	mkdir -p "$work"
	# A tree of its own: what it checks out there disturbs nobody.
	if [ -z "$dir" ]; then
		unpack "$work/tree"
		apply_series "$work/tree"
	else
		as_us clone -q --shared "$dir" "$work/tree"
	fi
	dir=$(cd "$work/tree" && pwd -P)
	tip=$(as_us -C "$dir" rev-parse HEAD)
	results=() check_failed=0
	for part in "${check_parts[@]}"; do
		[[ " $parts " = *" $part "* ]] || continue
		begin=$SECONDS
		"check_$part"
		say "$part took $((SECONDS - begin)) s"
	done
	printf '%-10s %-66s %-6s %6s  %s\n' part what result time remark
	printf '%s\n' "${results[@]}"
	[ "$check_failed" = 0 ] || die "$check_failed of ${#results[@]} checks of $kernel failed; logs: $work"
	throw_away "$work"
	say "all ${#results[@]} checks of $kernel passed"
}

# result PART WHAT STATUS SECONDS [REMARK]: a line of the table.
result() {
	local word=ok
	[ "$3" = 0 ] || { word=FAILED; check_failed=$((check_failed + 1)); }
	results+=("$(printf '%-10s %-66.66s %-6s %4d s  %s' "$1" "$2" "$word" "$4" "${5:-}")")
	say "$1: $2: $word${5:+ ($5)}"
}

commits() { as_us -C "$dir" rev-list --reverse "debian..$tip"; }
subject() { as_us -C "$dir" log -1 --format=%s "$1"; }

# Files that the series touches or brings, but for those named by a pathspec.
touched() { as_us -C "$dir" diff --name-only --diff-filter=AM "debian..$tip" -- "$@"; }

# --- style ------------------------------------------------------------------------------------------------------------

check_style() {
	local commit status begin ignores
	check_apply
	as_us -C "$dir" checkout -q "$tip"
	for commit in $(commits); do
		begin=$SECONDS status=0 ignores=''
		case $(subject "$commit") in
		selftests/*) ignores=$user_space_ignores ;;
		esac
		checkpatch "$commit" "$ignores" ':!include/trace' || status=1
		[ -z "$(as_us -C "$dir" diff --name-only "$commit^" "$commit" -- include/trace)" ] ||
			checkpatch "$commit" "$trace_ignores" include/trace MAINTAINERS || status=1
		result style "$(subject "$commit")" "$status" $((SECONDS - begin)) checkpatch
	done
}

# checkpatch COMMIT IGNORES PATHSPEC...: what that commit does to those files.
checkpatch() {
	local commit=$1 ignore=()
	[ -z "$2" ] || ignore=(--ignore "$2")
	shift 2
	# MAINTAINERS first: checkpatch wants to see it before the new files.
	as_us -C "$dir" format-patch -q -O <(echo MAINTAINERS) -1 --stdout "$commit" -- "$@" >"$work/patch"
	(cd "$dir" && PATH=/usr/bin:$PATH scripts/checkpatch.pl --strict --no-signoff -q ${ignore[@]+"${ignore[@]}"} "$work/patch") >&2
}

# The files of the series on the pristine source, with all lines of context: in an index of its own, no file is touched.
check_apply() {
	local patch status=0 begin=$SECONDS remark='' moved=0
	local -x GIT_INDEX_FILE=$work/index
	as_us -C "$dir" read-tree debian
	while read -r patch; do
		if ! LC_ALL=C as_us -C "$dir" apply --cached -v "$patch" >"$work/apply.log" 2>&1; then
			cat "$work/apply.log" >&2
			status=1 remark="$(basename "$patch") does not apply as it is; kernel refresh writes it anew"
			break
		fi
		! grep -q 'offset' "$work/apply.log" || moved=$((moved + 1))
	done < <(series)
	[ "$status" != 0 ] || [ "$moved" = 0 ] || remark="NOTE: $moved patches apply some lines off, this source moved"
	[ "$status" != 0 ] || [ "$(as_us -C "$dir" write-tree)" = "$(as_us -C "$dir" rev-parse "$tip^{tree}")" ] ||
		{ status=1 remark="the patches do not make the same tree as the commits; kernel refresh?"; }
	result style "the series applies exactly" "$status" $((SECONDS - begin)) "$remark"
}

# --- compiling --------------------------------------------------------------------------------------------------------

# small_config ARCHITECTURE OUT CHANGE...: configures $dir there from config/check/, and insists that all of it took effect.
small_config() {
	local arch=$1 out=$2 change line lost=0
	local -a words
	shift 2
	read -ra words < <(architecture "$arch")
	mkdir -p "$out"
	cat "$here/config/check/all.config" "$here/config/check/$arch.config" >"$out/fragments"
	[ ! -e "$here/config/check/$arch-$kernel.config" ] || cat "$here/config/check/$arch-$kernel.config" >>"$out/fragments"
	for change in "$@"; do
		sed -i "/^CONFIG_${change#?}=/d" "$out/fragments"
		case $change in
		-*) echo "# CONFIG_${change#-} is not set" >>"$out/fragments" ;;
		+*) echo "CONFIG_${change#+}=y" >>"$out/fragments" ;;
		esac
	done
	make -s -C "$dir" O="$out" "${words[@]}" KCONFIG_ALLCONFIG="$out/fragments" allnoconfig >"$out/config.log" 2>&1 ||
		{ cat "$out/config.log" >&2; return 1; }
	while read -r line; do
		case $line in
		CONFIG_MAP_CONTIG=*) # before the patch that brings it, it is not there yet
			! grep -q '^config MAP_CONTIG$' "$dir/mm/Kconfig" || grep -qxF "$line" "$out/.config" || lost=$line
			;;
		CONFIG_*=*) grep -qxF -- "$line" "$out/.config" || lost=$line ;;
		'# CONFIG_'*' is not set') ! grep -q "^${line:2:-11}=" "$out/.config" || lost=$line ;;
		esac
	done <"$out/fragments"
	[ "$lost" = 0 ] || { say "config: '$lost' did not take effect"; return 1; }
}

# make in folder $2 for the architecture $1; for with_progress.
small_make() {
	local arch=$1 out=$2
	local -a words
	shift 2
	read -ra words < <(architecture "$arch")
	exec make -s -j"$jobs" -C "$dir" O="$out" "${words[@]}" KBUILD_BUILD_TIMESTAMP='2026-01-01' "$@"
}

# small_kernel PART WHAT ARCHITECTURE CHANGE...: one that links without a warning about a file of the series.
small_kernel() {
	local part=$1 what=$2 arch=$3 out=$work/$3 log begin=$SECONDS status=0 remark='' others
	shift 3
	log=$work/$part-${what//[^a-zA-Z0-9]/-}.log
	say "$part: $what ..."
	if ! small_config "$arch" "$out" "$@"; then
		status=1 remark='the configuration is not possible'
	elif ! with_progress "$log" "$out" '?' small_make "$arch" "$out" vmlinux; then
		status=1 remark="does not build, see $log"
	elif grep 'warning:' "$log" >"$log.warnings"; then
		if grep -F -f <(touched | sed 's/$/:/') "$log.warnings" >&2; then
			status=1 remark="warnings, see $log"
		else
			others=$(wc -l <"$log.warnings")
			remark="NOTE: $others warnings, none about a file of the series"
		fi
	fi
	result "$part" "$what" "$status" $((SECONDS - begin)) "$remark"
}

check_patches() {
	local commit
	for commit in $(commits); do
		as_us -C "$dir" checkout -q "$commit"
		small_kernel patches "$(subject "$commit")" x86_64
	done
	as_us -C "$dir" checkout -q "$tip"
}

check_configs() { check_variations configs; }
check_arm64() { check_variations arm64; }

check_variations() {
	local part name arch changes
	as_us -C "$dir" checkout -q "$tip"
	while read -r part name arch changes; do
		[ "$part" = "$1" ] || continue
		# shellcheck disable=SC2086 # several words
		small_kernel "$part" "$name" "$arch" $changes
	done < <(variations)
}

# --- analysis ---------------------------------------------------------------------------------------------------------

# Each file of the series by itself, before and after it. A warning counts if it is new, wherever its line has moved.
check_analysis() {
	local file line begin=$SECONDS status=0 remark side checker=2 what='sparse and W=1'
	local -a objects
	if ! sparse_is_good_enough; then
		say "analysis: this machine's sparse is too old for $kernel (it does not know __typeof_unqual__): gcc's W=1 only"
		checker=0 what='W=1 only, sparse is too old'
	fi
	for side in debian series; do
		say "analysis: $side ..."
		if [ "$side" = debian ]; then
			as_us -C "$dir" checkout -q debian
		else
			as_us -C "$dir" checkout -q "$tip"
		fi
		objects=()
		# mm/nommu.c is for machines without an MMU: 'configs' compiles it.
		while read -r file; do
			[ ! -e "$dir/$file" ] || objects+=("${file%.c}.o")
		done < <(touched '*.c' ':!tools' ':!Documentation' ':!mm/nommu.c')
		small_config x86_64 "$work/analysis" +FTRACE +ENABLE_DEFAULT_TRACERS ||
			{ result analysis "$side" 1 $((SECONDS - begin)) 'the configuration is not possible'; return; }
		if ! with_progress "$work/analysis-$side.log" "$work/analysis" '?' \
			small_make x86_64 "$work/analysis" -k W=1 C="$checker" "${objects[@]}"; then
			result analysis "$side" 1 $((SECONDS - begin)) 'does not compile'
			return
		fi
		warnings "$work/analysis-$side.log" >"$work/analysis-$side"
	done
	LC_ALL=C comm -13 "$work/analysis-debian" "$work/analysis-series" >"$work/analysis-new"
	if [ -s "$work/analysis-new" ]; then
		status=1
		# With their lines, which the comparison had to leave out
		while IFS= read -r line; do
			grep -F -e "${line#*: }" "$work/analysis-series.log" | grep -F -e "${line%%: *}:" | sort -u
		done <"$work/analysis-new" | sort -u >&2
	fi
	remark="$what: $(wc -l <"$work/analysis-new") new, $(wc -l <"$work/analysis-debian") of the source itself"
	result analysis "${#objects[@]} files" "$status" $((SECONDS - begin)) "$remark"
}

# Newer kernels ask the same before they call it, and refuse to build with one that fails.
sparse_is_good_enough() {
	local valid=$dir/scripts/checker-valid.sh
	[ ! -e "$valid" ] || [ "$(sh "$valid" sparse 2>/dev/null)" = 1 ]
}

# The warnings of log $1 as 'FILE: TEXT', sorted; one in a header counts once, however many files include it.
warnings() {
	sed "s|^$dir/||" "$1" | grep -E '^[^ :]+:[0-9]+(:[0-9]+)?: (warning|error)' | LC_ALL=C sort -u |
		sed -E 's/^([^:]+)(:[0-9]+)+: /\1: /' | LC_ALL=C sort
}
