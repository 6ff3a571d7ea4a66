package io.calicofleet.executor.adapter.kubernetes.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.CampaignName;
import io.calicofleet.executor.port.Backup;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ResourceRef;
import io.calicofleet.executor.step.FakeCluster;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.release.ObjectKey;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BackupStoreTest {

    private static final CampaignName U1 = CampaignName.of("u1");
    private static final CalicoVersion SOURCE = CalicoVersion.parse("v3.13.4");

    private final FakeCluster cluster = new FakeCluster();
    private Instant now = Instant.parse("2026-11-28T10:00:00Z");
    private final BackupStore store = store(ObjectLabels.UPGRADE);

    @Test
    void what_was_taken_is_found_with_all_that_was_said_of_it() {
        Map<ObjectKey, Optional<ObjectNode>> objects = new LinkedHashMap<>();
        ObjectNode there = object("a");
        ((ObjectNode) there.get("metadata")).putArray("managedFields").add("noise");
        objects.put(key("a"), Optional.of(there));
        objects.put(key("b"), Optional.empty());
        assertThat(store.take(U1, SOURCE, List.of("it cannot"), objects)).isTrue();
        Backup backup = store.of(U1).orElseThrow();
        assertThat(backup.campaign()).isEqualTo(U1);
        assertThat(backup.takenAt()).isEqualTo(now);
        assertThat(backup.source()).isEqualTo(SOURCE);
        assertThat(backup.noWayBack()).containsExactly("it cannot");
        assertThat(backup.objects())
                .containsOnly(Map.entry(key("a"), Optional.of(object("a"))), Map.entry(key("b"), Optional.empty()));
        assertThat(store.of(CampaignName.of("u2"))).isEmpty();
        assertThat(secret(0).at("/metadata/labels").toString())
                .isEqualTo("{\"app.kubernetes.io/managed-by\":\"calico-fleet\",\"calico-fleet.io/campaign\":\"u1\","
                        + "\"calico-fleet.io/purpose\":\"upgrade\"}");
        assertThat(secret(1).at("/metadata/labels/calico-fleet.io~1purpose").asText())
                .isEqualTo("chunk-of-upgrade");
    }

    @Test
    void it_is_taken_once_since_what_a_retry_finds_was_not_there_first() {
        store.take(U1, null, List.of(), Map.of(key("a"), Optional.of(object("a"))));
        assertThat(store(ObjectLabels.UPGRADE).take(U1, SOURCE, List.of(), Map.of()))
                .isFalse();
        assertThat(store.of(U1).orElseThrow().source()).isNull();
        assertThat(store.of(U1).orElseThrow().objects()).containsOnlyKeys(key("a"));
    }

    @Test
    void what_is_recorded_later_is_added_as_it_was_before_and_only_the_first_time() {
        store.take(U1, SOURCE, List.of(), Map.of(key("a"), Optional.of(object("a"))));
        store.record(U1, key("b"), () -> Optional.of(object("b")));
        store.record(U1, key("c"), Optional::empty);
        store.record(U1, key("b"), () -> {
            throw new AssertionError("it is known");
        });
        store(ObjectLabels.UPGRADE).record(U1, key("a"), () -> {
            throw new AssertionError("another run knows it, too");
        });
        Backup backup = store.of(U1).orElseThrow();
        assertThat(backup.objects())
                .containsOnly(
                        Map.entry(key("a"), Optional.of(object("a"))),
                        Map.entry(key("b"), Optional.of(object("b"))),
                        Map.entry(key("c"), Optional.empty()));
        assertThat(backup.deleted()).isEmpty();
    }

    @Test
    void without_a_backup_a_record_begins_one_and_reads_the_cluster_itself() {
        cluster.put("{apiVersion: v1, kind: Service, metadata: {namespace: kube-system, name: a}}");
        store.record(U1, new ResourceRef("v1", "Service", "kube-system", "a"));
        store.record(U1, new ResourceRef("v1", "Service", "kube-system", "gone"));
        Backup backup = store.of(U1).orElseThrow();
        assertThat(backup.objects().get(key("a"))).isPresent();
        assertThat(backup.objects()).containsEntry(key("gone"), Optional.empty());
        assertThat(backup.source()).isNull();
    }

    @Test
    void a_deletion_is_known_as_ours_also_of_what_was_recorded_before() {
        store.record(U1, key("a"), () -> Optional.of(object("a")));
        store.record(U1, key("b"), () -> Optional.of(object("b")));
        store.recordDeletion(U1, key("a"), () -> {
            throw new AssertionError("it is known");
        });
        store.recordDeletion(U1, key("c"), () -> Optional.of(object("c")));
        int writes = cluster.writes.size();
        store.recordDeletion(U1, key("c"), Optional::empty);
        store(ObjectLabels.UPGRADE).recordDeletion(U1, key("c"), Optional::empty);
        assertThat(cluster.writes).as("nothing new").hasSize(writes);
        Backup backup = store.of(U1).orElseThrow();
        assertThat(backup.deleted()).containsExactlyInAnyOrder(key("a"), key("c"));
        assertThat(backup.objects()).containsEntry(key("c"), Optional.of(object("c")));
    }

    @Test
    void the_newest_one_of_an_upgrade_is_found_and_none_of_what_a_restore_took() {
        assertThat(store.newest()).isEmpty();
        store.take(U1, SOURCE, List.of(), Map.of());
        now = now.plusSeconds(1);
        store.take(CampaignName.of("u2"), SOURCE, List.of(), Map.of());
        now = now.minusSeconds(9);
        store.take(CampaignName.of("u3"), SOURCE, List.of(), Map.of());
        assertThat(store.newest().orElseThrow().campaign()).isEqualTo(CampaignName.of("u2"));
    }

    @Test
    void one_that_does_not_fit_into_one_secret_is_cut_and_put_together_again_and_a_missing_piece_is_named() {
        byte[] noise = new byte[Chunks.SIZE * 2];
        new Random(1).nextBytes(noise);
        ObjectNode large = object("a");
        large.put("data", Base64.getEncoder().encodeToString(noise));
        store.take(U1, SOURCE, List.of(), Map.of(key("a"), Optional.of(large)));
        store.record(U1, key("b"), () -> Optional.of(object("b")));
        assertThat(store.of(U1).orElseThrow().objects())
                .containsOnly(Map.entry(key("a"), Optional.of(large)), Map.entry(key("b"), Optional.of(object("b"))));
        assertThat(cluster.all("Secret")).hasSizeGreaterThan(4);
        // When
        cluster.remove(ref(2).object());
        // Then
        assertThatThrownBy(() -> store.of(U1))
                .isInstanceOf(ClusterException.class)
                .hasMessage("the backup of u1 cannot be used: calico-fleet-backup-u1-2 is missing");
    }

    @Test
    void what_was_changed_or_is_of_a_newer_version_is_not_used() {
        store.take(U1, SOURCE, List.of(), Map.of(key("a"), Optional.of(object("a"))));
        ObjectNode chunk = secret(1);
        chunk.withObject("/data").put("chunk", Chunks.gzip(new byte[] {'{', '}'}));
        ObjectNode before = secret(1);
        cluster.replace(read(chunk));
        assertThatThrownBy(() -> store.of(U1)).hasMessageContaining("the checksum of its part at 1 is wrong");
        ((ObjectNode) before.get("metadata"))
                .put(
                        "resourceVersion",
                        secret(1).at("/metadata/resourceVersion").asText());
        cluster.replace(before);
        assertThat(store.of(U1)).isPresent();
        // When
        ObjectNode index = PackedSecrets.indexOf(secret(0));
        index.put("version", 2);
        ObjectNode newer = secret(0);
        newer.withObject("/data").put("index.json", index.toString().getBytes(UTF_8));
        cluster.replace(read(newer));
        // Then
        assertThatThrownBy(() -> store.of(U1)).hasMessageContaining("a newer calico-fleet has written it");
    }

    @Test
    void killed_at_any_write_there_is_none_or_the_whole_and_the_next_run_ends_the_same() {
        Map<ObjectKey, Optional<ObjectNode>> objects =
                new HashMap<>(Map.of(key("a"), Optional.of(object("a")), key("b"), Optional.empty()));
        for (int writes = 0; writes < 6; writes++) {
            FakeCluster fresh = new FakeCluster();
            fresh.writesLeft = writes;
            try {
                BackupStore first = new BackupStore(fresh, ObjectLabels.UPGRADE, () -> now);
                first.take(U1, SOURCE, List.of(), objects);
                first.recordDeletion(U1, key("c"), () -> Optional.of(object("c")));
            } catch (FakeCluster.Killed expected) {
                // As meant.
            }
            fresh.writesLeft = Integer.MAX_VALUE;
            BackupStore next = new BackupStore(fresh, ObjectLabels.UPGRADE, () -> now);
            next.of(U1).ifPresent(backup -> assertThat(backup.objects()).containsAllEntriesOf(objects));
            next.take(U1, SOURCE, List.of(), objects);
            next.recordDeletion(U1, key("c"), () -> Optional.of(object("c")));
            Backup backup = next.of(U1).orElseThrow();
            assertThat(backup.objects()).hasSize(3).containsAllEntriesOf(objects);
            assertThat(backup.deleted()).containsExactly(key("c"));
        }
    }

    @Test
    void a_text_for_people_is_kept_as_it_is_and_packed_where_it_is_long() {
        store.keepText(U1, "merged", "a: b");
        store.keepText(U1, "merged", "a: c");
        ObjectNode kept = cluster.find(new ResourceRef("v1", "Secret", "kube-system", "calico-fleet-merged-u1"))
                .orElseThrow();
        assertThat(new String(Chunks.base64(kept.at("/data/merged.yaml").asText()), UTF_8))
                .isEqualTo("a: c");
        assertThat(store.text(U1, "merged")).contains("a: c");
        assertThat(store.text(U1, "other")).isEmpty();
        store.keepText(U1, "long", "x".repeat(Chunks.SIZE));
        store.keepText(U1, "longer", "x".repeat(Chunks.SIZE + 1));
        assertThat(cluster.find(new ResourceRef("v1", "Secret", "kube-system", "calico-fleet-long-u1"))
                        .orElseThrow()
                        .at("/data")
                        .has("long.yaml"))
                .isTrue();
        String packed = cluster.find(new ResourceRef("v1", "Secret", "kube-system", "calico-fleet-longer-u1"))
                .orElseThrow()
                .at("/data/longer.yaml.gz")
                .asText();
        assertThat(Chunks.gunzip(Chunks.base64(packed))).hasSize(Chunks.SIZE + 1);
        assertThat(store.text(U1, "longer")).contains("x".repeat(Chunks.SIZE + 1));
    }

    @Test
    void a_text_that_is_long_even_packed_is_cut_into_secrets_that_make_it_again() {
        byte[] random = new byte[2 * Chunks.SIZE];
        new Random(7).nextBytes(random);
        String text = Base64.getEncoder().encodeToString(random);
        store.keepText(U1, "long", text);
        List<byte[]> parts = new ArrayList<>();
        for (String name : List.of("calico-fleet-long-u1", "calico-fleet-long-u1.2", "calico-fleet-long-u1.3")) {
            parts.add(Chunks.base64(cluster.find(new ResourceRef("v1", "Secret", "kube-system", name))
                    .orElseThrow()
                    .at("/data/long.yaml.gz")
                    .asText()));
        }
        assertThat(parts).allMatch(part -> part.length <= Chunks.SIZE);
        assertThat(new String(Chunks.gunzip(Chunks.join(parts)), UTF_8)).isEqualTo(text);
        assertThat(store.text(U1, "long")).contains(text);
        cluster.delete(cluster.find(new ResourceRef("v1", "Secret", "kube-system", "calico-fleet-long-u1.2"))
                .orElseThrow());
        assertThat(store.text(U1, "long")).as("no longer whole").isEmpty();
    }

    private BackupStore store(String purpose) {
        return new BackupStore(cluster, purpose, () -> now);
    }

    private ObjectNode secret(int part) {
        return cluster.find(ref(part)).orElseThrow();
    }

    private static ResourceRef ref(int part) {
        return new ResourceRef("v1", "Secret", "kube-system", "calico-fleet-backup-u1-" + part);
    }

    private static ObjectNode read(ObjectNode object) {
        try {
            return (ObjectNode) EventJson.mapper().readTree(object.toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ObjectKey key(String name) {
        return ObjectKey.of(object(name));
    }

    private static ObjectNode object(String name) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", "Service");
        object.putObject("metadata").put("namespace", "kube-system").put("name", name);
        return object;
    }
}
