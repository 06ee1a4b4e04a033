#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The Vagrant verbs with the project's own provider, each in a real guest: tests/verbs.sh [options of vm build]
# Installs Debian's vagrant where it is missing. The state is kept apart from a guest that the user may have.

set -euo pipefail
# shellcheck source=tests/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/tap.sh"
# shellcheck source=lib/load.sh
. "$vagrant/lib/load.sh"
trap - INT TERM HUP

# pattern and status as in expect
verb() {
	local name=$1 status=$2 pattern=$3
	shift 3
	expect "$name" "$status" "$pattern" vagrant "$@"
}

guest_pid() { cat "$VAGRANT_DOTFILE_PATH"/machines/default/contig_qemu/pid 2>/dev/null || true; }

# A process that ended may be there until PID 1 asks for its status; it has no command line any more.
is_gone() { ! grep -q . "/proc/$1/cmdline" 2>/dev/null; }

clean_up() {
	vagrant destroy -f >/dev/null 2>&1 || true
	rm -rf "$scratch"
}
trap clean_up EXIT

if ! command_exists vagrant; then
	apt_install vagrant >"$scratch/apt" 2>&1 || {
		sed 's/^/# /' "$scratch/apt"
		report 1 'vagrant is installed'
		finish
		exit 1
	}
fi
export VAGRANT_HOME=$scratch/home VAGRANT_DOTFILE_PATH=$scratch/state VAGRANT_CHECKPOINT_DISABLE=1 VAGRANT_NO_COLOR=1
export MAPCONTIG_VM="${*@Q} --append contig_cma=64M --device edu"
export VAGRANT_VAGRANTFILE=Vagrantfile VAGRANT_CWD=$vagrant
mkdir "$VAGRANT_HOME" "$VAGRANT_DOTFILE_PATH"

verb 'validate' 0 'validated successfully' validate
verb 'status before up' 0 'not created' status
verb 'ssh before up is refused, with what to do' 1 'vagrant up' ssh -c true
verb 'up builds, boots and provisions' 0 'Running provisioner: project' up
pid=$(guest_pid)
check 'QEMU runs' test -n "$pid" -a -d "/proc/$pid"
verb 'status after up' 0 'running' status
verb 'ssh passes output on' 0 '^Linux contig' ssh -c 'uname -a'
verb 'ssh passes the exit status on' 7 '' ssh -c 'exit 7'
verb 'the project is mounted at /vagrant' 0 'mapcontig' ssh -c 'cat /vagrant/pom.xml'
verb 'the project is mounted at its own path' 0 '^vm$' ssh -c "ls $(printf %q "$vagrant")"
verb 'the project is read-only' 1 'Read-only file system' ssh -c 'sudo touch /vagrant/x'
verb 'options of MAPCONTIG_VM reach the kernel' 0 'contig_cma=64M' ssh -c 'cat /proc/cmdline'
verb 'the edu device is there' 0 '1234:11e8' ssh -c 'lspci -nn'
verb 'sudo needs no password' 0 '^0$' ssh -c 'sudo -n id -u'
verb 'java is there' 0 'openjdk' ssh -c 'java -version 2>&1'
verb 'systemd is content' 0 '^running' ssh -c 'sudo systemctl is-system-running --wait'
verb 'a file for later' 0 '' ssh -c 'echo kept >~/kept'
verb 'up again changes nothing' 0 'running already' up
check 'it is the same QEMU' test "$(guest_pid)" = "$pid"
verb 'provision' 0 'Running provisioner: project' provision
verb 'reload' 0 'Machine booted and ready' reload
check 'it is another QEMU' test "$(guest_pid)" != "$pid"
verb 'the disk is kept over reload' 0 '^kept' ssh -c 'cat ~/kept'
verb 'the project is mounted after reload' 0 '^vm$' ssh -c "ls $(printf %q "$vagrant")"
pid=$(guest_pid)
verb 'halt' 0 'graceful shutdown' halt
check 'QEMU is gone after halt' is_gone "$pid"
verb 'status after halt' 0 'stopped' status
verb 'halt again changes nothing' 0 'not running' halt
verb 'up after halt' 0 'Machine booted and ready' up
verb 'the disk is kept over halt' 0 '^kept' ssh -c 'cat ~/kept'
pid=$(guest_pid)
verb 'destroy' 0 'Removing the guest' destroy -f
check 'QEMU is gone after destroy' is_gone "$pid"
check 'the disk is gone after destroy' test ! -e "$VAGRANT_DOTFILE_PATH/machines/default/contig_qemu/disk.qcow2"
verb 'status after destroy' 0 'not created' status

finish
