package io.calicofleet.cli.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.chaos.Happening.Act;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.RequestRefusedException;
import io.calicofleet.cli.client.ServerUnreachableException;
import io.calicofleet.cli.demo.DemoCampaign;
import io.calicofleet.cli.view.Snapshot;
import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.ClusterPhase;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.TrafficReview;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The people of a seed. What they ask while the planner is away they ask again; what waits for them they look at and let go on. */
final class People implements AutoCloseable {

    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final int RETRIES = 2;

    private final FleetClient client;
    private final Map<String, ChaosPlan.Campaign> files = new HashMap<>();
    private final List<String> campaigns = new CopyOnWriteArrayList<>();
    private final Queue<Act> asking = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> retries = new HashMap<>();
    private final Set<String> approved = new HashSet<>();
    private final Map<String, Snapshot> ended = new HashMap<>();
    /** Campaigns whose plan is not made yet, by the name of the plan. */
    private final Map<String, String> planning = new HashMap<>();

    private final Consumer<String> tell;
    private volatile boolean retrying;
    private volatile boolean closed;
    private final Calm calm = new Calm(System.nanoTime());

    People(FleetClient client, List<ChaosPlan.Campaign> files, Consumer<String> tell) {
        this.client = client;
        files.forEach(file -> this.files.put(file.name(), file));
        this.tell = tell;
    }

    /** Applies a campaign, and looks at what there is from now on. */
    void begin(String campaign) {
        ask(new Act(Duration.ZERO, Happening.Deed.APPLY, campaign, ""));
        Thread.ofVirtual().name("people").start(this::keepLooking);
    }

    /** From now on what is held or failed is tried again, twice at most, and what is paused is resumed. */
    void troubleIsOver() {
        retrying = true;
    }

    /** Returns when nothing has been under way for a while, or nothing has changed for as long as that can take. */
    void awaitQuiet() throws InterruptedException {
        while (!calm.isQuiet() && !calm.isStuck(System.nanoTime())) {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private void keepLooking() {
        String before = "";
        while (!closed) {
            List<Snapshot> snapshots = look();
            if (snapshots == null) {
                calm.busy();
            } else {
                calm.saw(
                        progress(snapshots),
                        retrying && count(snapshots, ClusterPhase.RUNNING) == 0,
                        count(snapshots, ClusterPhase.PENDING) == 0,
                        System.nanoTime());
                String now = text(snapshots);
                if (!now.equals(before)) {
                    tell.accept(now);
                }
                before = now;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static String text(List<Snapshot> snapshots) {
        return snapshots.stream()
                .map(snapshot -> snapshot.campaign().campaign() + " "
                        + snapshot.campaign().phase().encode() + " "
                        + snapshot.campaign().phases())
                .collect(Collectors.joining("; "));
    }

    /** What changes whenever a step does. */
    private static String progress(List<Snapshot> snapshots) {
        return snapshots.stream()
                .flatMap(snapshot -> snapshot.clusters().stream())
                .map(cluster -> cluster.campaign() + "/" + cluster.cluster() + " " + cluster.phase() + " "
                        + cluster.step() + " " + cluster.summary())
                .collect(Collectors.joining("; "));
    }

    /** From now on she asks for it until there is an answer. */
    void ask(Act act) {
        asking.add(act);
    }

    /** The campaigns that were accepted so far. */
    List<String> campaigns() {
        return List.copyOf(campaigns);
    }

    /**
     * Asks for what is to be asked for, and approves what waits for it.
     *
     * @return the campaigns; null where the planner does not answer, or something was done just now
     */
    private @Nullable List<Snapshot> look() {
        boolean did = false;
        try {
            for (Act act = asking.peek(); act != null; act = asking.peek()) {
                did = true;
                act(act);
                asking.remove();
            }
            did |= applyWhatIsPlanned();
            List<Snapshot> snapshots = new ArrayList<>();
            for (String campaign : campaigns) {
                Snapshot known = ended.get(campaign);
                Snapshot snapshot =
                        known != null ? known : new Snapshot(client.campaign(campaign), client.clusters(campaign));
                snapshots.add(snapshot);
                if (snapshot.campaign().phase().terminal()) {
                    ended.put(campaign, snapshot); // nothing comes of it any more
                    continue;
                }
                for (ClusterStatus cluster : snapshot.clusters()) {
                    did |= decide(snapshot, cluster);
                }
                if (snapshot.campaign().phase() == CampaignPhase.STOPPED && retrying) {
                    client.post("/fleet/resume", reason("the trouble is over"));
                    did = true;
                }
                if (snapshot.campaign().phase() == CampaignPhase.AWAITING_APPROVAL) {
                    client.act(campaign, "approve", reason("seen"));
                    did = true;
                }
                if (snapshot.campaign().phase() == CampaignPhase.SCHEDULED && retrying) {
                    client.act(campaign, "abort", reason("it would never begin"));
                    did = true;
                }
                if (snapshot.campaign().phase() == CampaignPhase.PAUSED && retrying) {
                    client.act(campaign, "resume", reason("the trouble is over"));
                    did = true;
                }
            }
            return did ? null : snapshots;
        } catch (ServerUnreachableException | RequestRefusedException e) {
            return null; // the planner is away, or has gone on since it was asked
        }
    }

    /** Where a plan is made, what it says is applied; whether there was one to look at. */
    private boolean applyWhatIsPlanned() {
        for (Map.Entry<String, String> one : Map.copyOf(planning).entrySet()) {
            String digest = client.get("/plans/" + one.getKey()).path("digest").asText();
            ChaosPlan.Campaign file = files.get(one.getValue());
            if (!digest.isEmpty() && file != null) {
                apply(file, "?plan=" + digest);
                planning.remove(one.getKey());
                return true;
            }
        }
        return !planning.isEmpty();
    }

    /** Accepted once, also where the answer to that was lost. */
    private void apply(ChaosPlan.Campaign file, String query) {
        try {
            client.post("/campaigns" + query, document(file));
            campaigns.add(file.name());
        } catch (RequestRefusedException e) {
            if (e.problem().status() == 409) {
                campaigns.add(file.name());
            } else {
                tell.accept("refused: " + file.name() + ": " + e.getMessage());
            }
        }
    }

    private void act(Act act) {
        try {
            switch (act.deed()) {
                case APPLY -> {
                    ChaosPlan.Campaign file = files.get(act.campaign());
                    if (file != null) {
                        apply(file, "");
                    }
                }
                case RESTORE ->
                    campaigns.add(client.post("/clusters/" + act.cluster() + "/restore", reason("chaos"))
                            .path("campaign")
                            .asText());
                case PAUSE, RESUME, ABORT, RETRY, SKIP, TAKE_OVER -> {
                    ObjectNode body = reason("chaos");
                    if (!act.cluster().isEmpty()) {
                        body.put("cluster", act.cluster());
                    }
                    client.act(
                            act.campaign(),
                            act.deed().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                            body);
                }
                case PLAN -> {
                    ChaosPlan.Campaign file = files.get(act.campaign());
                    if (file != null) {
                        String plan = client.post("/plans", document(file))
                                .path("campaign")
                                .asText();
                        campaigns.add(plan);
                        planning.put(plan, file.name());
                    }
                }
                case STOP -> client.post("/fleet/stop", reason("chaos"));
                case GO_ON -> client.post("/fleet/resume", reason("chaos"));
                case CHANGE -> throw new IllegalStateException("that is done in the cluster");
            }
        } catch (RequestRefusedException e) {
            if (e.problem().status() == 404 && campaigns.contains(act.campaign())) {
                throw e; // the planner has not taken it up yet: asked again
            }
            tell.accept("refused: " + act.text() + ": " + e.getMessage());
        }
    }

    private boolean decide(Snapshot snapshot, ClusterStatus cluster) {
        String campaign = snapshot.campaign().campaign().value();
        HoldReason reason = cluster.holdReason();
        ObjectNode body = reason("seen").put("cluster", cluster.cluster().value());
        if (cluster.phase() == ClusterPhase.HELD && reason != null && reason.approvable()) {
            boolean shown = reason == HoldReason.TRAFFIC_REVIEW || reason == HoldReason.PLAN_CHANGED;
            String digest = shown ? digest(cluster, reason) : "";
            if (shown) {
                body.put("digest", digest);
            } else {
                body.put("conflicts", "keep-mine");
            }
            if (reason == HoldReason.TRAFFIC_REVIEW) {
                body.put("applySuggestedPolicy", true);
            }
            String what = campaign + "/" + cluster.cluster() + "/" + cluster.step() + "/" + digest;
            if ((shown && digest.isEmpty()) || approved.contains(what)) {
                return false;
            }
            client.act(campaign, "approve", body);
            approved.add(what);
            return true;
        }
        boolean stands = cluster.phase() == ClusterPhase.HELD || cluster.phase() == ClusterPhase.FAILED;
        String key = campaign + "/" + cluster.cluster();
        boolean open = snapshot.campaign().phase() != CampaignPhase.ABORTING;
        if (retrying && stands && open && retries.getOrDefault(key, 0) < RETRIES) {
            retries.merge(key, 1, Integer::sum);
            client.act(campaign, "retry", body);
            tell.accept("a person: retries " + key + ": " + cluster.summary());
            return true;
        }
        return false;
    }

    /** Of what she was shown; empty where there is nothing to look at yet. */
    private String digest(ClusterStatus cluster, HoldReason reason) {
        if (reason == HoldReason.PLAN_CHANGED) {
            return client.get("/plans/" + cluster.campaign() + "/clusters/" + cluster.cluster() + "/changes")
                    .path("now")
                    .asText();
        }
        TrafficReview review = cluster.review();
        return review == null || review.digest() == null ? "" : review.digest();
    }

    private static ObjectNode reason(String why) {
        return FleetClient.body().put("reason", why);
    }

    private static ObjectNode document(ChaosPlan.Campaign campaign) {
        ObjectNode document = FleetClient.body()
                .put("apiVersion", "calico-fleet/v1")
                .put("kind", "Campaign")
                .put("name", campaign.name())
                .put("target", DemoCampaign.TARGET)
                .put("maxConcurrent", campaign.maxConcurrent())
                .put("onGateFailure", campaign.rollback() ? "rollback" : "hold");
        campaign.clusters().forEach(document.putObject("clusters").putArray("names")::add);
        document.putObject("customisations").put("onConflict", "keep-mine");
        document.put("unreachable", campaign.waits() ? "wait" : "fail");
        document.putObject("failureBudget")
                .put("maxFailures", 1)
                .putObject("sameFailure")
                .put("clusters", campaign.sameFailure());
        schedule(document, campaign.begins());
        if (campaign.approval()) {
            document.putArray("waves").addObject().put("name", "all").put("approval", true);
        }
        if (campaign.canaryNode()) {
            document.putObject("canaryNodes").put("count", 1);
        }
        ObjectNode gates = document.putObject("gates");
        // Longer than any fault lasts, but not than some of them together.
        gates.putObject("pods").put("deadline", "PT60S");
        gates.putObject("version").put("deadline", "PT30S");
        gates.putObject("hostEndpointTraffic").put("mode", "required").put("observe", "PT1S");
        return document;
    }

    private static void schedule(ObjectNode document, ChaosPlan.Begins begins) {
        if (begins == ChaosPlan.Begins.AT_ONCE || begins == ChaosPlan.Begins.AS_PLANNED) {
            return;
        }
        ObjectNode schedule = document.putObject("schedule");
        schedule.putArray("windows")
                .addObject()
                .put("from", "00:00")
                .put("to", "24:00")
                .put("zone", "Europe/Berlin");
        schedule.putArray("freezes")
                .addObject()
                .put("from", "2020-12-20T00:00:00Z")
                .put(
                        "to",
                        begins == ChaosPlan.Begins.NEVER
                                ? Instant.now().plus(Duration.ofDays(1)).toString()
                                : "2021-01-07T00:00:00Z")
                .put("reason", "chaos");
    }

    private static long count(List<Snapshot> snapshots, ClusterPhase phase) {
        return snapshots.stream().mapToLong(snapshot -> snapshot.count(phase)).sum();
    }
}
