// SPDX-License-Identifier: Apache-2.0

/**
 * Events for Java Flight Recorder. All else sees {@link io.github.mapcontig.internal.events.Events} only, so that the library
 * runs where the module jdk.jfr is absent.
 */
package io.github.mapcontig.internal.events;
