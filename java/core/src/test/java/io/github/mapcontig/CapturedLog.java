// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the library logs about memory that is dropped, kept from the console while it is open. */
final class CapturedLog extends Handler implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger("io.github.mapcontig.internal.mapping.Lifetime");

    /** In the order in which it was logged. */
    final List<LogRecord> records = new CopyOnWriteArrayList<>();

    CapturedLog() {
        LOGGER.addHandler(this);
        LOGGER.setUseParentHandlers(false);
    }

    @Override
    public void publish(final LogRecord entry) {
        records.add(entry);
    }

    @Override
    public void flush() {
    }

    @Override
    public void close() {
        LOGGER.removeHandler(this);
        LOGGER.setUseParentHandlers(true);
    }
}
