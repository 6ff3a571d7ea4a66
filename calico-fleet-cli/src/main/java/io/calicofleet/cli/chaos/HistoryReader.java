package io.calicofleet.cli.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.bench.TopicReader;
import io.calicofleet.cli.chaos.History.ClusterLog;
import io.calicofleet.cli.chaos.History.Recorded;
import io.calicofleet.cli.chaos.History.Write;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.demo.SimulatedFleet;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.EventType;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventCodec;
import io.calicofleet.kafka.Received;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Gathers what is known of a run, once it is over and before anything is stopped. */
final class HistoryReader {

    private static final String DAEMON_SETS = "/apis/apps/v1/daemonsets";

    /** On a DaemonSet while only its canary nodes get new pods. */
    private static final String HELD_STRATEGY = "calico-fleet.io/update-strategy";

    private static final String TEMPORARY_POLICY = "allow-all-upgrade";
    private static final String TEMPORARY_LABEL = "host-endpoint-upgrade";
    private static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/calico-fleet";
    private static final String CALICO = "/apis/crd.projectcalico.org/v1/";

    private final SimulatedFleet fleet;
    private final FleetClient client;
    private final List<Recorded> records = new ArrayList<>();
    private final Set<List<String>> known = new HashSet<>();
    private final List<String> unreadable = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> replays = new ArrayList<>();

    HistoryReader(SimulatedFleet fleet, FleetClient client) {
        this.fleet = fleet;
        this.client = client;
    }

    History read(String bootstrapServers, Map<String, PeoplesFields> people, List<String> campaigns) {
        TopicReader.everything(
                bootstrapServers,
                Arrays.stream(Topic.values())
                        .filter(topic -> topic != Topic.TRAFFIC)
                        .toList(),
                this::read);
        List<CampaignStatus> ends = new ArrayList<>();
        List<ClusterStatus> statuses = new ArrayList<>();
        for (String campaign : campaigns) {
            try {
                ends.add(client.campaign(campaign));
                statuses.addAll(client.clusters(campaign));
                replay(campaign);
            } catch (RequestRefusedException e) {
                lost.add(campaign + ": " + e.getMessage());
            }
        }
        Map<ClusterId, ClusterLog> clusters = new HashMap<>();
        people.forEach((id, fields) ->
                clusters.put(new ClusterId(id), new ClusterLog(writes(id), fields.now(), left(id, statuses))));
        return new History(records, clusters, ends, statuses, unreadable, lost, replays);
    }

    /** Nothing is decided any more: what is asked for one after the other is of one moment. */
    private void replay(String campaign) {
        JsonNode replay = client.get("/campaigns/" + FleetClient.encode(campaign) + "/replay");
        if (!replay.path("doubt").asText().isEmpty()) {
            replays.add(campaign + ": " + replay.path("doubt").asText());
        }
        differs(
                campaign,
                "its status",
                FleetClient.convert(replay.path("status"), CampaignStatus.class),
                client.campaign(campaign));
        List<ClusterStatus> clusters = new ArrayList<>();
        replay.path("clusters").forEach(node -> clusters.add(FleetClient.convert(node, ClusterStatus.class)));
        differs(campaign, "its clusters", clusters, client.clusters(campaign));
    }

    private void differs(String campaign, String what, Object replayed, Object said) {
        if (!replayed.equals(said)) {
            replays.add(campaign + ": " + what + " would be " + replayed + " and is " + said);
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        String place = record.topic() + "-" + record.partition() + "@" + record.offset();
        if (record.topic().equals(Topic.DEAD_LETTERS.topicName())) {
            StringBuilder line = new StringBuilder(place);
            record.headers()
                    .forEach(header -> line.append(' ')
                            .append(header.key())
                            .append('=')
                            .append(header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8)));
            unreadable.add(line.toString());
            return;
        }
        switch (EventCodec.read(record.headers(), record.value())) {
            case Received.Parsed parsed -> {
                var attributes = parsed.event().attributes();
                boolean status =
                        attributes.type() == EventType.CAMPAIGN_STATUS || attributes.type() == EventType.CLUSTER_STATUS;
                if (status || known.add(List.of(attributes.type().encode(), attributes.source(), attributes.id()))) {
                    Instant stamped = Instant.ofEpochMilli(record.timestamp());
                    records.add(new Recorded(
                            parsed.event(),
                            withoutJumps(attributes.time(), stamped),
                            record.partition(),
                            record.offset()));
                }
            }
            case Received.Unreadable one -> unreadable.add(place + ": " + one.reason());
            case Received.Tombstone gone -> {
                // A key that is gone says nothing of what happened.
            }
        }
    }

    /**
     * When the sender wrote it, by a clock that nobody sets. The broker's time is later by what the way takes, and what is more is
     * by how much the sender's clock was set.
     *
     * @param stamped by the broker
     */
    static Instant withoutJumps(Instant sent, Instant stamped) {
        double jumps = Duration.between(stamped, sent).toMillis() / (double) Injector.CLOCK.toMillis();
        return sent.minus(Injector.CLOCK.multipliedBy(Math.round(jumps)));
    }

    private List<Write> writes(String cluster) {
        List<Write> writes = new ArrayList<>();
        for (JsonNode entry : fleet.cluster(cluster).path("audit")) {
            Map<String, String> values = new HashMap<>();
            entry.path("values")
                    .properties()
                    .forEach(
                            value -> values.put(value.getKey(), value.getValue().asText()));
            writes.add(new Write(
                    Instant.parse(entry.path("time").asText()),
                    entry.path("verb").asText(),
                    entry.path("resource").asText(),
                    entry.path("namespace").asText() + "/" + entry.path("name").asText(),
                    entry.path("userAgent").asText(),
                    entry.path("dryRun").asBoolean(),
                    entry.path("code").asInt(),
                    entry.path("resourceVersion").asText(),
                    values));
        }
        return writes;
    }

    /** Leases in any case; of the protection only where no campaign was ended before its review, which leaves it in force. */
    private List<String> left(String cluster, List<ClusterStatus> statuses) {
        List<String> left = new ArrayList<>();
        String holder = fleet.object(cluster, LEASE).at("/spec/holderIdentity").asText();
        if (!holder.isEmpty()) {
            left.add("the lease, held by " + holder);
        }
        for (JsonNode set : fleet.object(cluster, DAEMON_SETS).path("items")) {
            if (set.at("/metadata/annotations").has(HELD_STRATEGY)) {
                left.add("the hold of " + set.at("/metadata/name").asText() + " for its canary nodes");
            }
        }
        boolean done = statuses.stream()
                .filter(status -> status.cluster().value().equals(cluster))
                .allMatch(status -> status.phase() == ClusterPhase.SUCCEEDED);
        if (done) {
            for (JsonNode policy :
                    fleet.object(cluster, CALICO + "globalnetworkpolicies").path("items")) {
                String name = policy.at("/metadata/name").asText();
                if (name.contains(TEMPORARY_POLICY)) {
                    left.add("the temporary policy " + name);
                }
            }
            for (JsonNode endpoint :
                    fleet.object(cluster, CALICO + "hostendpoints").path("items")) {
                if (endpoint.at("/metadata/labels").has(TEMPORARY_LABEL)) {
                    left.add("the temporary label of "
                            + endpoint.at("/metadata/name").asText());
                }
            }
            fleet.cluster(cluster).path("etcd").properties().forEach(entry -> {
                if (entry.getKey().contains(TEMPORARY_POLICY)
                        || entry.getValue().asText().contains('"' + TEMPORARY_LABEL + '"')) {
                    left.add("in etcd " + entry.getKey());
                }
            });
        }
        return left;
    }
}
