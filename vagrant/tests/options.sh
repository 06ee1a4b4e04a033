#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The command line of vm: what is refused is refused before anything is built, with the reason, the usage and status 2.

set -euo pipefail
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/tap.sh"
vm=$vagrant/vm
export XDG_CACHE_HOME=$scratch/cache # nothing here may build, and if it did, not into the user's cache

expect 'help is printed' 0 '^usage: vagrant/vm demo' "$vm" --help
expect 'help of a command is printed' 0 '^usage: vagrant/vm demo' "$vm" run --help
expect 'no command is refused' 2 'no command given' "$vm"
expect 'an unknown command is refused' 2 "unknown command 'fly'" "$vm" fly
expect 'an unknown option is refused' 2 "unknown option '--fast'" "$vm" run --fast -- true
expect 'a refusal prints the usage' 2 '^usage: ' "$vm" run --fast -- true
expect 'an option without its value is refused' 2 '--memory needs a value' "$vm" run --memory
expect 'run without a command is refused' 2 'run needs a command' "$vm" run --stock
expect 'run with an empty command is refused' 2 'run needs a command' "$vm" run --
expect 'a command without -- is refused' 2 "unexpected word 'true'" "$vm" run true
expect 'demo with a command is refused' 2 'demo takes no command' "$vm" demo -- true
expect 'shell without a terminal is refused' 2 'needs a terminal' "$vm" shell
expect 'an unknown kernel is refused, and those there are named' 2 'no such series \(there is: .*6\.12' "$vm" run --kernel 2.4 -- true
expect 'a path is no kernel' 2 'no such series' "$vm" run --kernel ../config -- true
expect 'an unknown config is refused' 2 'base or debug' "$vm" run --config fast -- true
expect 'memory without a unit is refused' 2 'a number and M or G' "$vm" run --memory 4096 -- true
expect 'too little memory is refused' 2 'at least 512M' "$vm" run --memory 256M -- true
expect 'no CPUs are refused' 2 '1 to 8' "$vm" run --cpus 0 -- true
expect 'an empty number of CPUs is refused' 2 '1 to 8' "$vm" run --cpus '' -- true
expect 'too many CPUs are refused' 2 '1 to 8' "$vm" run --cpus 64 -- true
expect 'nodes that CPUs can not be divided by are refused' 2 'must be a multiple' "$vm" run --numa 2 --cpus 3 -- true
expect 'nodes that memory can not be divided by are refused' 2 'can not be divided' "$vm" run --numa 2 --memory 1025M -- true
expect 'an unknown device is refused, and those there are named' 2 'edu edu28 nvme iommu' "$vm" run --device modem -- true
expect 'two IOMMUs are refused' 2 'only once' "$vm" run --device iommu --device iommu -- true
expect 'an unknown accelerator is refused' 2 'auto, kvm or tcg' "$vm" run --accel xen -- true
expect 'counting on two CPUs is refused' 2 'counts on one CPU' "$vm" run --icount --cpus 2 -- true
expect 'the order of the options does not matter' 2 'counts on one CPU' "$vm" run --cpus 4 --icount -- true
expect 'counting on two nodes is refused' 2 'must be a multiple' "$vm" run --icount --numa 2 -- true
expect 'counting under KVM is refused' 2 'not with --accel kvm' "$vm" run --accel kvm --icount -- true
expect 'only run counts' 2 '--icount is not an option of shell' "$vm" shell --icount
expect 'test refuses to count' 2 '--icount is not an option of test' "$vm" test --icount
# One CPU, KVM not asked for, and no KVM either: what else is refused comes after that
expect 'counting with one CPU and TCG is no reason to refuse' 2 'no such folder' \
	"$vm" run --icount --cpus 1 --accel tcg --share "$scratch/none" -- true
expect 'a time limit of 0 is refused' 2 'a number of seconds' "$vm" run --timeout 0 -- true
expect 'a time limit in words is refused' 2 'a number of seconds' "$vm" run --timeout soon -- true
touch "$scratch/file"
expect 'a file for results is refused' 2 'not a folder' "$vm" run --results "$scratch/file" -- true
expect 'results that can not be made are refused' 2 'not a folder' "$vm" run --results "$scratch/file/x" -- true
expect 'a relative share is refused' 2 'not an absolute path' "$vm" run --share usr -- true
expect 'a share that is not there is refused' 2 'no such folder' "$vm" run --share "$scratch/none" -- true
expect 'test refuses what would change its guests' 2 'not an option of test' "$vm" test --memory 8G
expect 'test --ci refuses a kernel, it has its own' 2 'kernels and configs of its own' "$vm" test --ci --kernel 6.12
expect 'test --ci refuses a config, it has its own' 2 'kernels and configs of its own' "$vm" test --config debug --ci
expect 'test refuses two plans at once' 2 'one of --ci, --all and --selftests' "$vm" test --all --ci
expect 'test --selftests refuses the debug config' 2 'for base only' "$vm" test --selftests --config debug
expect 'test refuses a group it does not have, and names those there' 2 'host boot selftests' "$vm" test --only selftest
expect '--ci is for test alone' 2 'not an option of run' "$vm" run --ci -- true
expect 'bench refuses guests of another kind: its own are what is compared' 2 'not an option of bench' "$vm" bench --memory 8G
expect 'bench refuses a state it does not have, and names those there' 2 'fresh half-movable half-light half ' "$vm" bench --only full
expect 'bench --quick has fewer' 2 '--only fresh: some of half reserve' "$vm" bench --quick --only fresh
expect 'bench compares with nothing but a run of its own' 2 '--compare /: no folder of a run of bench' "$vm" bench --compare /
expect 'bench takes no command' 2 'bench takes no command' "$vm" bench -- true
expect '--quick is for bench alone' 2 '--quick is not an option of test' "$vm" test --quick
expect 'build refuses options of a boot' 2 'not an option of build' "$vm" build --timeout 8

finish
