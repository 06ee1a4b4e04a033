# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# All parts, for whoever boots guests: vm and guest/bin/java. Needs $vagrant, the folder of vm.

# shellcheck source=lib/common.sh
. "$vagrant/lib/common.sh"
# shellcheck source=lib/options.sh
. "$vagrant/lib/options.sh"
# shellcheck source=lib/packages.sh
. "$vagrant/lib/packages.sh"
# shellcheck source=lib/build.sh
. "$vagrant/lib/build.sh"
# shellcheck source=lib/kernellog.sh
. "$vagrant/lib/kernellog.sh"
# shellcheck source=lib/accel.sh
. "$vagrant/lib/accel.sh"
# shellcheck source=lib/devices.sh
. "$vagrant/lib/devices.sh"
# shellcheck source=lib/boot.sh
. "$vagrant/lib/boot.sh"
# shellcheck source=lib/commands.sh
. "$vagrant/lib/commands.sh"
# shellcheck source=lib/test.sh
. "$vagrant/lib/test.sh"
# shellcheck source=lib/suites.sh
. "$vagrant/lib/suites.sh"
# shellcheck source=lib/kselftests.sh
. "$vagrant/lib/kselftests.sh"
# shellcheck source=lib/bench.sh
. "$vagrant/lib/bench.sh"
