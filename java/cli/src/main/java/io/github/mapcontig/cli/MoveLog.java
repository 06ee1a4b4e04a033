// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.cli;

import io.github.mapcontig.Extent;
import io.github.mapcontig.cli.memory.Move;
import io.github.mapcontig.cli.text.Json;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Compares a range once a second with where it was a second ago, and tells what moved. Not thread-safe. */
final class MoveLog {
    private static final long INTERVAL_MILLIS = 1000;
    /** More in one second are counted, not listed. */
    private static final int MOST_LINES = 16;

    private final Clock clock;
    private final PrintWriter out;
    private final long length;
    private final List<Map<String, Object>> events = new ArrayList<>();
    private long moved;
    private List<Extent> last;

    /**
     * Creates a log.
     *
     * @param out    receives a line for each move
     * @param first  where the range is
     * @param length bytes in the range
     */
    MoveLog(final Clock clock, final PrintWriter out, final List<Extent> first, final long length) {
        this.clock = clock;
        this.out = out;
        this.last = first;
        this.length = length;
    }

    /**
     * Watches.
     *
     * @param stop    ends it
     * @param seconds how often to look; 0 for until stopped
     * @param extents where the range is now
     */
    void watch(final StopSignal stop, final long seconds, final Supplier<List<Extent>> extents) {
        for (long second = 0; (seconds == 0 || second < seconds) && !stop.await(INTERVAL_MILLIS); second++) {
            compare(extents.get());
        }
    }

    /** Compares with the last time. */
    void compare(final List<Extent> now) {
        final List<Move> moves = Move.between(last, now, length);
        last = now;
        final Instant time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        for (int i = 0; i < moves.size(); i++) {
            moved += moves.get(i).length();
            if (i < MOST_LINES) {
                out.println(time + " moved: " + Layouts.words(moves.get(i)));
                final Map<String, Object> event = Json.object("time", time.toString());
                event.putAll(Layouts.document(moves.get(i)));
                events.add(event);
            }
        }
        if (moves.size() > MOST_LINES) {
            out.println(time + " moved: " + (moves.size() - MOST_LINES) + " parts more");
        }
        out.flush();
    }

    /** Bytes that moved, as often as they did. */
    long movedBytes() {
        return moved;
    }

    /** What was seen, for JSON: 16 moves of each second. */
    List<Map<String, Object>> events() {
        return events;
    }
}
