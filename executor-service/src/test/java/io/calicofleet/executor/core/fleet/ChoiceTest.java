package io.calicofleet.executor.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.event.ClusterId;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.model.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ChoiceTest {

    private static final ClusterId A = ClusterId.of("a");

    @Test
    void of_two_objects_of_one_name_the_older_one_counts_and_the_other_is_told() {
        Choice choice = Choice.of(
                List.of(
                        access(A, "Secret ns/aaa", "2026-02-01T00:00:00Z"),
                        access(A, "Secret ns/zzz", "2026-01-01T00:00:00Z")),
                Set.of());

        assertThat(choice.accesses().get(A).origin().object()).isEqualTo("Secret ns/zzz");
        assertThat(choice.problems()).containsOnlyKeys("Secret ns/aaa");
        assertThat(choice.problems().get("Secret ns/aaa")).contains("already taken by Secret ns/zzz", Offer.ID);
    }

    @Test
    void an_older_object_that_cannot_be_used_is_not_replaced_by_a_younger_one_that_can() {
        Choice choice = Choice.of(
                List.of(
                        access(A, "Secret ns/new", "2026-02-01T00:00:00Z"),
                        unusable(Optional.of(A), "Secret ns/old", "2026-01-01T00:00:00Z")),
                Set.of());

        assertThat(choice.accesses()).isEmpty();
        assertThat(choice.unusable()).containsOnlyKeys(A);
        assertThat(choice.problems()).containsOnlyKeys("Secret ns/new", "Secret ns/old");
    }

    @Test
    void a_file_of_the_directory_counts_before_all_of_them() {
        Choice choice = Choice.of(List.of(access(A, "Secret ns/a", "2026-01-01T00:00:00Z")), Set.of(A));

        assertThat(choice.accesses()).isEmpty();
        assertThat(choice.problems().get("Secret ns/a")).contains("a file of the directory of kubeconfigs");
    }

    @Test
    void every_object_counts_or_is_told_and_no_order_of_reading_changes_which() {
        Seeds.burst(300).forEach(seed -> {
            Random random = new Random(seed);
            List<Offer> offers = new ArrayList<>();
            for (int i = 0; i < random.nextInt(12); i++) {
                ClusterId id = ClusterId.of("c" + random.nextInt(4));
                String created = "2026-01-0" + (1 + random.nextInt(3)) + "T00:00:00Z";
                offers.add(
                        random.nextInt(3) == 0
                                ? unusable(
                                        random.nextBoolean() ? Optional.of(id) : Optional.empty(),
                                        "Secret ns/" + i,
                                        created)
                                : access(id, "Secret ns/" + i, created));
            }
            Set<ClusterId> taken = random.nextBoolean() ? Set.of(ClusterId.of("c0")) : Set.of();

            Choice choice = Choice.of(offers, taken);

            List<String> counted = choice.accesses().values().stream()
                    .map(access -> access.origin().object())
                    .toList();
            assertThat(choice.accesses()).as("seed %d", seed).doesNotContainKeys(taken.toArray(ClusterId[]::new));
            offers.forEach(offer -> assertThat(counted.contains(offer.origin().object())
                            ^ choice.problems().containsKey(offer.origin().object()))
                    .as("seed %d, %s", seed, offer)
                    .isTrue());
            Collections.shuffle(offers, random);
            assertThat(Choice.of(offers, taken)).as("seed %d", seed).isEqualTo(choice);
        });
    }

    private static Offer access(ClusterId id, String object, String created) {
        return new Offer.Access(new Offer.Origin(object, created), id, Map.of(), Json.object());
    }

    private static Offer unusable(Optional<ClusterId> id, String object, String created) {
        return new Offer.Unusable(new Offer.Origin(object, created), id, Map.of(), "wrong");
    }
}
