// SPDX-License-Identifier: Apache-2.0
package io.github.mapcontig.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FreeListTest {
    private static final int STEPS = 200_000;

    @Test
    void shouldGiveLastInFirstOut() {
        final FreeList list = new FreeList(3);

        assertThat(List.of(list.take(), list.take(), list.take(), list.take())).containsExactly(0, 1, 2, FreeList.EMPTY);
        give(list, 1);
        give(list, 0);
        assertThat(List.of(list.take(), list.take(), list.take())).containsExactly(0, 1, FreeList.EMPTY);
    }

    /** Every operation, in random order, against a model that can be seen to be right. */
    @Test
    void shouldBehaveLikeAModel() {
        final Random random = new Random(7);
        for (int size = 1; size <= 9; size++) {
            final FreeList list = new FreeList(size);
            final Deque<Integer> model = new ArrayDeque<>();
            final List<Integer> taken = new ArrayList<>();
            for (int i = size - 1; i >= 0; i--) {
                model.push(i);
            }
            for (int step = 0; step < STEPS / size; step++) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        final int expected = model.isEmpty() ? FreeList.EMPTY : model.pop();
                        assertThat(list.take()).isEqualTo(expected);
                        if (expected >= 0) {
                            taken.add(expected);
                        }
                    }
                    case 1 -> {
                        final List<Integer> expected = new ArrayList<>();
                        final int most = 1 + random.nextInt(size + 1);
                        while (expected.size() < most && !model.isEmpty()) {
                            expected.add(model.pop());
                        }
                        assertThat(takeChain(list, most)).isEqualTo(expected);
                        taken.addAll(expected);
                    }
                    case 2 -> {
                        final int index = random.nextInt(size);
                        assertThat(list.beginGive(index)).isEqualTo(taken.remove((Object) index));
                        if (!model.contains(index)) {
                            list.give(index, index);
                            model.push(index);
                        }
                    }
                    default -> {
                        final int count = random.nextInt(taken.size() + 1);
                        final List<Integer> back = new ArrayList<>(taken.subList(0, count));
                        taken.subList(0, count).clear();
                        giveChain(list, back);
                        for (int i = count - 1; i >= 0; i--) {
                            model.push(back.get(i));
                        }
                    }
                }
                assertThat(list.taken()).isEqualTo(taken.size());
            }
        }
    }

    /** What a thread sees that stood still while another took 0 and 1 and gave 0 back: 0 on top again, above something else. */
    @Test
    void shouldNotTakeAnOldTopForTheNewOne() {
        final FreeList list = new FreeList(3);
        final PaddedWord top = list.top();
        final long before = top.get();
        list.take();
        list.take();
        give(list, 0);

        assertThat(top.get() & 0xffffff).as("the same element is on top").isEqualTo(before & 0xffffff);
        assertThat(top.replace(before, 1)).as("the exchange of the thread that stood still").isFalse();
        assertThat(List.of(list.take(), list.take())).containsExactly(0, 2);
    }

    @Test
    void shouldStayRightWhenTheTagWraps() {
        final FreeList list = new FreeList(2);
        list.top().set(list.top().get() | ~0xffffffL);

        assertThat(List.of(list.take(), list.take(), list.take())).containsExactly(0, 1, FreeList.EMPTY);
        give(list, 0);
        assertThat(list.take()).isZero();
    }

    @Test
    void shouldHoldAsManyAsPromised() {
        final FreeList list = new FreeList(FreeList.MAX_ELEMENTS);
        final int last = FreeList.MAX_ELEMENTS - 1;

        assertThat(FreeList.count(list.takeChain(FreeList.MAX_ELEMENTS + 5))).isEqualTo(FreeList.MAX_ELEMENTS);
        int index = 0;
        for (int i = 0; i < FreeList.MAX_ELEMENTS; i++) {
            index = list.takeNext(index);
        }
        give(list, last);
        assertThat(list.take()).isEqualTo(last);
    }

    @Test
    void shouldCountWhatIsFreeWhenItCloses() {
        final FreeList list = new FreeList(5);
        list.take();
        list.take();

        assertThat(list.close()).isEqualTo(3);
        assertThat(list.isClosed()).isTrue();
        assertThat(list.take()).isEqualTo(FreeList.CLOSED);
        assertThat((int) list.takeChain(2)).isEqualTo(FreeList.CLOSED);
        assertThat(list.beginGive(1)).isTrue();
        assertThat(list.give(1, 1)).isFalse();
        assertThat(list.beginGive(1)).as("given back twice").isFalse();
        assertThat(list.beginGive(4)).as("never taken").isFalse();
        assertThat(list.close()).as("closed twice").isZero();
    }

    private static void give(final FreeList list, final int index) {
        assertThat(list.beginGive(index)).isTrue();
        assertThat(list.give(index, index)).isTrue();
    }

    private static void giveChain(final FreeList list, final List<Integer> indices) {
        for (int i = 0; i < indices.size(); i++) {
            assertThat(list.beginGive(indices.get(i))).isTrue();
            if (i > 0) {
                list.link(indices.get(i - 1), indices.get(i));
            }
        }
        if (!indices.isEmpty()) {
            assertThat(list.give(indices.get(0), indices.get(indices.size() - 1))).isTrue();
        }
    }

    private static List<Integer> takeChain(final FreeList list, final int most) {
        final List<Integer> taken = new ArrayList<>();
        final long chain = list.takeChain(most);
        if (chain < 0) {
            return taken;
        }
        int index = (int) chain;
        for (int i = 0; i < FreeList.count(chain); i++) {
            taken.add(index);
            index = list.takeNext(index);
        }
        return taken;
    }
}
