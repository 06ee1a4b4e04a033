# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The kernel's own selftests of mm, with and without the series: what passes on the stock kernel must pass on the patched one.

# Categories of run_vmtests.sh that are left out, and why.
kselftests_left_out() {
	cat <<-'EOT'
		hugevm          fills the whole address space, which takes hours under TCG
		vmalloc         needs a module; the guest's kernel has none
		hmm             needs a module; the guest's kernel has none
		page_frag       needs a module; the guest's kernel has none
		memory-failure  needs a module; the guest's kernel has none
		pkey            tests the processor's protection keys
	EOT
}

# The same guest for both kernels. With an area of CMA: long-term pins have to move pages out of it. Two nodes: so that
# there is somewhere to migrate to.
kselftests_guest=(--memory 4G --numa 2 --append cma=256M)

# Seconds for each program.
kselftests_limit=240

kselftests_categories() {
	grep -o 'CATEGORY="[^"]*"' "$1/run_vmtests.sh" | cut -d '"' -f 2 | sort -u |
		grep -vxF -f <(kselftests_left_out | awk '{ print $1 }')
}

# One suite: a test for each program. The table is kept with the logs, and with --selftests also beside the series.
kernels_own_suite() {
	local suite="$label: the kernel's own selftests" log status=0 begin=$SECONDS
	log=$(log_of "$suite" tap)
	say "$suite ..."
	compare_kselftests "$(log_of "$suite" results)" >"$log" 2>"$log.err" || status=$?
	count "$suite" $((SECONDS - begin)) tap "$log" "$status"
	show_failure "$log" "$status"
}

# compare_kselftests FOLDER: prints TAP; FOLDER/table.md is the table.
compare_kselftests() {
	local folder=$1 kselftests category stock patched run status=0 compare=$vagrant/lib/kselftests.py
	local -a suspects=() programs
	stock=$("$project/kernel-patch/kernel" build --kernel "$kernel" --config "$config" --stock) || return 1
	# One build of the programs for both
	patched=$("$project/kernel-patch/kernel" build --kernel "$kernel" --config "$config" --kselftests) || return 1
	kselftests=$patched/kselftests
	mkdir -p "$folder"
	kselftests_left_out >"$folder/left-out"
	{
		echo "stock $(cat "$stock/release")"
		echo "patched $(cat "$patched/release")"
		echo "guest ${kselftests_guest[*]}"
		echo "limit $kselftests_limit"
	} >"$folder/facts"
	while read -r category; do
		run_kselftests "$folder/stock" "$category" --stock
		run_kselftests "$folder/patched" "$category"
	done < <(kselftests_categories "$kselftests")
	# What seems to be worse gets two more chances to show that it is not always so
	"$compare" suspects "$folder" >"$folder/suspects" || return 1
	while read -r category; do
		mapfile -t programs < <(awk -F '\t' -v category="$category" '$1 == category { print $2 }' "$folder/suspects")
		for run in again-1 again-2; do
			run_kselftests "$folder/$run" "$category" -- "${programs[@]}"
		done
	done < <(cut -f 1 "$folder/suspects" | sort -u)
	"$compare" report "$folder" || status=$?
	[ -z "$opt_selftests" ] || cp "$folder/table.md" "$project/kernel-patch/selftests-$kernel.md"
	return "$status"
}

# run_kselftests FOLDER CATEGORY [--stock] [-- PROGRAM...]
run_kselftests() {
	local folder=$1 category=$2 options=() status=0 begin=$SECONDS
	shift 2
	if [ "${1:-}" = --stock ]; then
		options=(--stock)
		shift
	fi
	[ "${1:-}" != -- ] || shift
	mkdir -p "$folder"
	say "  $category, $(basename "$folder") ..."
	run_child "$vagrant/vm" run "${vm_options[@]}" ${options[@]+"${options[@]}"} "${kselftests_guest[@]}" --timeout 3600 \
		--share "$kselftests" -- "$vagrant/guest/kselftests" "$kselftests" "$category" "$kselftests_limit" "$@" \
		>"$folder/$category.log" 2>"$folder/$category.err" || status=$?
	echo "$status $((SECONDS - begin))" >"$folder/$category.status"
}
