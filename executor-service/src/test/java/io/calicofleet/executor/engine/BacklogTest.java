package io.calicofleet.executor.engine;

import static io.calicofleet.executor.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.kafka.Received;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BacklogTest {

    private final Backlog backlog = new Backlog();

    @Test
    void there_is_room_until_there_are_too_many_and_again_when_one_goes() {
        List<HandDelivery> records = new ArrayList<>();
        for (int i = 0; i < Backlog.MOST; i++) {
            assertThat(backlog.room()).isCompleted();
            records.add(record());
            backlog.add(records.getLast());
        }
        CompletableFuture<Void> room = backlog.room();
        assertThat(room).isNotCompleted();

        backlog.remove(record());
        assertThat(room).as("it was not among them").isNotCompleted();
        backlog.remove(records.getFirst());
        backlog.remove(records.getFirst());

        await().until(room::isDone);
        assertThat(backlog.room()).isCompleted();
    }

    @Test
    void who_waits_goes_on_when_all_is_given_up() {
        for (int i = 0; i < Backlog.MOST; i++) {
            backlog.add(record());
        }
        CompletableFuture<Void> room = backlog.room();

        backlog.clear();

        await().until(room::isDone);
    }

    private static HandDelivery record() {
        return new HandDelivery("c01", 1, new Received.Tombstone());
    }
}
