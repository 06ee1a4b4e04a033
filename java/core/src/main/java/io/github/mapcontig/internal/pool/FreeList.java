// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The free elements of a pool, by index: a stack without locks, whose operations make no garbage. Last in, first out: what is
 * taken is what was given back last, so that it is likely to be in the caches still. Thread-safe.
 *
 * <p>One word holds the index on top and a tag that changes with each change. A thread that has read a top, and stands still
 * while others take it and give it back above another, is told by the tag that its knowledge is old (the ABA problem). The tag
 * has 40 bits: a thread must stand still for exactly 2^40 changes, or a multiple, to be deceived.
 *
 * <p>What is below an element says also who has it, so that giving back twice is noticed, whichever threads do it.
 */
public final class FreeList {
    /** How many elements there can be. */
    public static final int MAX_ELEMENTS = (1 << 24) - 2;
    /** No element, as there is none free. */
    public static final int EMPTY = -1;
    /** No element, as the list was closed. */
    public static final int CLOSED = -2;

    /** Instead of what is below: somebody has taken the element. */
    private static final int TAKEN = -3;
    /** Instead of what is below: somebody is giving the element back. */
    private static final int RETURNING = -4;

    private static final int TAG_SHIFT = 24;
    private static final long INDEX_MASK = (1L << TAG_SHIFT) - 1;
    private static final long TAG_ONE = 1L << TAG_SHIFT;
    /** Index 0 in the word stands for CLOSED, 1 for EMPTY, i + 2 for element i. */
    private static final int INDEX_BIAS = 2;
    private static final int COUNT_SHIFT = 32;

    private static final VarHandle BELOW = MethodHandles.arrayElementVarHandle(int[].class);

    private final int[] below;
    private final PaddedWord top = new PaddedWord();

    /**
     * Creates a list in which all elements are free; 0 is on top.
     *
     * @param elements how many, 1 to {@link #MAX_ELEMENTS}
     */
    public FreeList(final int elements) {
        below = new int[elements];
        Arrays.setAll(below, i -> i + 1 < elements ? i + 1 : EMPTY);
        top.set(word(0, 0));
    }

    /**
     * Takes the element on top.
     *
     * @return its index; {@link #EMPTY} or {@link #CLOSED} if there is none
     */
    public int take() {
        while (true) {
            final long seen = top.get();
            final int index = index(seen);
            if (index < 0) {
                return index;
            }
            // May be anything if another thread was faster; then the exchange fails.
            final int next = (int) BELOW.getOpaque(below, index);
            if (top.replace(seen, word(seen + TAG_ONE, next))) {
                BELOW.setOpaque(below, index, TAKEN);
                return index;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Takes elements from the top, all in one step. The caller walks over them with {@link #takeNext(int)}, each once.
     *
     * @param most how many to take at most, greater than 0
     * @return the first index and, as {@link #count(long)}, how many; {@link #EMPTY} or {@link #CLOSED} if there is none
     */
    public long takeChain(final int most) {
        while (true) {
            final long seen = top.get();
            final int first = index(seen);
            if (first < 0) {
                return first;
            }
            int count = 1;
            int next = (int) BELOW.getOpaque(below, first);
            while (count < most && next >= 0) {
                next = (int) BELOW.getOpaque(below, next);
                count++;
            }
            if (top.replace(seen, word(seen + TAG_ONE, next))) {
                return (long) count << COUNT_SHIFT | first;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * The length of a chain.
     *
     * @param chain not negative
     * @return elements, greater than 0
     */
    public static int count(final long chain) {
        return (int) (chain >>> COUNT_SHIFT);
    }

    /**
     * Steps over an element of a chain, which is taken from then on.
     *
     * @param index an element of a chain that the caller took; the first is {@code (int) chain}
     * @return the one behind it; of no meaning behind the last
     */
    public int takeNext(final int index) {
        final int next = (int) BELOW.getOpaque(below, index);
        BELOW.setOpaque(below, index, TAKEN);
        return next;
    }

    /**
     * Says that the caller gives back an element, which {@link #give(int, int)} makes free then.
     *
     * @param index of the element
     * @return false if nobody had taken it
     */
    public boolean beginGive(final int index) {
        return BELOW.compareAndSet(below, index, TAKEN, RETURNING);
    }

    /**
     * Puts an element before another in the chain that is to be given back.
     *
     * @param index  the element, for which {@link #beginGive} said yes
     * @param behind what follows it
     */
    public void link(final int index, final int behind) {
        BELOW.setOpaque(below, index, behind);
    }

    /**
     * Makes a chain of elements free.
     *
     * @param first on top afterwards; those between it and the last are linked
     * @param last  the last of the chain; the first, for one element
     * @return false if the list is closed: then they are nobody's, and the caller counts them
     */
    public boolean give(final int first, final int last) {
        while (true) {
            final long seen = top.get();
            final int index = index(seen);
            if (index == CLOSED) {
                return false;
            }
            BELOW.setOpaque(below, last, index);
            if (top.replace(seen, word(seen + TAG_ONE, first))) {
                return true;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Ends the list: nothing can be taken or given any more.
     *
     * @return how many elements were free
     */
    public int close() {
        long seen = top.get();
        while (!top.replace(seen, word(seen + TAG_ONE, CLOSED))) {
            seen = top.get();
        }
        int free = 0;
        for (int index = index(seen); index >= 0; index = (int) BELOW.getOpaque(below, index)) {
            free++;
        }
        return free;
    }

    /**
     * Whether {@link #close()} was called.
     *
     * @return true if so
     */
    public boolean isClosed() {
        return index(top.get()) == CLOSED;
    }

    /**
     * How many elements are taken. Looks at each; exact while no other thread takes or gives.
     *
     * @return the number
     */
    public int taken() {
        int taken = 0;
        for (int i = 0; i < below.length; i++) {
            if ((int) BELOW.getOpaque(below, i) == TAKEN) {
                taken++;
            }
        }
        return taken;
    }

    /** For tests. */
    PaddedWord top() {
        return top;
    }

    private static long word(final long tag, final int index) {
        return tag & ~INDEX_MASK | index + INDEX_BIAS & INDEX_MASK;
    }

    private static int index(final long word) {
        return (int) (word & INDEX_MASK) - INDEX_BIAS;
    }
}
