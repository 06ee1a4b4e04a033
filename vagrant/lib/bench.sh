# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The command bench: contiguous allocation in states of fragmented memory, each state in a guest of its own, then the report. What is done
# in the guest is native/tools/fragment and measure; the report is made by java/benchmarks.

# The states: 'NAME; the guest; what fragment is asked for, - for memory as it is after booting; what measure is asked for'.
# A guest of its own each, as what one state leaves behind (slabs, pageblocks given to the kernel) would be part of the next.
# The limit of seconds is for each size: whatever the machine's speed, a full run ends.
bench_states() {
	local kernel='--kinds tables=1,slab=1,pipe=1' whole='--memory 4G' reserves='--memory 5G --append contig_cma=1G --append cma=1G'
	local pressure='--pressure 1 --progress' cycles='--allocators contig-reserve,dma-heap --times 2'
	local few='--arrangements 2 --seconds 20' many='--arrangements 20 --seconds 30'
	if [ -n "$opt_quick" ]; then
		cat <<-EOT
			half;         $whole;     --free 50% --unmovable 5% $kernel $pressure;              $few --sizes 2M,64M,256M
			reserve;      $reserves;  --free 50% --unmovable 5% $pressure;                      $few --sizes 64M $cycles
		EOT
	else
		cat <<-EOT
			fresh;        $whole;     -;                                                        $few
			half-movable; $whole;     --free 50% --unmovable 0% $pressure;                      $many
			half-light;   $whole;     --free 50% --unmovable 1% $kernel $pressure;              $many
			half;         $whole;     --free 50% --unmovable 5% $kernel $pressure;              $many
			half-pinned;  $whole;     --free 50% --unmovable 5% $pressure;                      $many
			quarter;      $whole;     --free 25% --unmovable 10% --cache 20% $kernel $pressure; $many
			reserve;      $reserves;  --free 50% --unmovable 5% $pressure;                      --arrangements 20 --seconds 60 --sizes 8M,64M,256M,1G $cycles
		EOT
	fi
}

# Of each boot. A guest that is slow, since others use the machine, is no failure.
bench_limit=3600
bench_seed=1

command_bench() {
	local state name guest fragment measure status failed=() count=0 begin=$SECONDS states
	mapfile -t states < <(bench_states | while IFS= read -r state; do
		! wanted "${state%%;*}" || echo "$state"
	done)
	results=${opt_results:-$build/bench/$(date +%Y%m%d-%H%M%S)}
	# Lines would be added to those of another run
	for state in "${states[@]}"; do
		[ ! -e "$results/${state%%;*}" ] || die "$results/${state%%;*} is there already: a state is measured once"
	done
	install_missing guest kernel java
	update_package_lists
	build_jars
	mkdir -p "$results"
	describe_bench >>"$results/machine.txt"
	for state in "${states[@]}"; do
		IFS=';' read -r name guest fragment measure < <(tr -s ' ' <<<"$state" | sed 's/ *; */;/g')
		count=$((count + 1))
		say "state $count of ${#states[@]}, $name: memory $fragment"
		status=0
		# shellcheck disable=SC2086 # several words each
		bench_state "$name" "$guest" "$fragment" $measure || status=$?
		echo "state $name: guest $guest; fragment $fragment; measure $measure; status $status" >>"$results/machine.txt"
		[ "$status" = 0 ] || failed+=("$name (status $status)")
	done
	say "measured in $(((SECONDS - begin) / 60)) min; making the report"
	bench_report || failed+=("the report")
	say "report: $results/report.md"
	[ ${#failed[@]} = 0 ] || die "failed: ${failed[*]}"
}

# bench_state NAME GUEST FRAGMENT MEASURE...: in a fresh guest. Its files are left in the folder NAME of the results.
bench_state() {
	local name=$1 guest=$2 fragment=$3
	shift 3
	local words=("$project/native/target/measure" --out /results --name "$name" --seed "$bench_seed" "$@")
	# shellcheck disable=SC2206 # several words
	[ "$fragment" = - ] || words=("$project/native/target/fragment" --seed "$bench_seed" $fragment -- "${words[@]}")
	# shellcheck disable=SC2086 # several words
	run_child "$vagrant/vm" run --kernel "$opt_kernel" ${opt_stock:+--stock} --accel "$opt_accel" --timeout "${opt_timeout:-$bench_limit}" \
		--results "$results/$name" $guest -- "${words[@]}"
}

bench_report() {
	java -Djava.awt.headless=true -cp "$project/java/benchmarks/target/benchmarks.jar" \
		io.github.mapcontig.benchmarks.fragmentation.FragmentationReport "$results" ${opt_compare:+"$opt_compare"}
}

# What a result depends on, and the command to have it again.
describe_bench() {
	local processor
	processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
	cat <<-EOT
		command: vagrant/vm bench${opt_quick:+ --quick}${opt_only:+ --only $opt_only}${opt_stock:+ --stock} --kernel $opt_kernel --accel $opt_accel${opt_compare:+ --compare $opt_compare}
		revision: $(git -C "$project" describe --always --dirty 2>/dev/null || echo unknown)
		host: $(nproc) processors ($processor), $(uname -sr), load $(cut -d ' ' -f 1-3 /proc/loadavg) at the start
		emulator: $(qemu-system-x86_64 --version | head -n 1), accelerator $opt_accel
		seed: $bench_seed
	EOT
}
