// SPDX-License-Identifier: Apache-2.0

/** A program on the module path, as small as one gets: it names one library and has the rest by that. */
module modular {
    requires io.github.mapcontig.devices;
}
