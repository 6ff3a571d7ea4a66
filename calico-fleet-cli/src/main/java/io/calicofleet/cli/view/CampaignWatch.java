package io.calicofleet.cli.view;

import io.calicofleet.cli.client.EventStream;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.ServerUnreachableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Follows a campaign by the live stream: an event is the occasion to look again, at most a few times a second. Bears a
 * planner that is away for {@link #PATIENCE}.
 */
public final class CampaignWatch {

    /** How long a planner may be away before the watch gives up. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration SETTLED = Duration.ofSeconds(3);
    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(2);
    private static final int MANY = 100;

    private final FleetClient client;
    private final String name;
    private final InstantSource clock;
    private final Consumer<String> tell;

    /**
     * A watch.
     *
     * @param client where the planner is
     * @param name the campaign
     * @param tell takes what happens to the connection, a line each
     */
    public CampaignWatch(FleetClient client, String name, Consumer<String> tell) {
        this.client = client;
        this.name = name;
        this.clock = InstantSource.system();
        this.tell = tell;
    }

    /**
     * Shows every change until the campaign has ended or waits for a person and nothing else is under way.
     *
     * @param show gets each snapshot
     * @param goOn asked for what seems to wait; true: it will not wait for long, go on watching
     * @return the last snapshot
     */
    public Snapshot follow(Consumer<Snapshot> show, Predicate<Snapshot> goOn) throws InterruptedException {
        try (EventStream stream = EventStream.open(client, "campaign=" + FleetClient.encode(name) + "&from=now")) {
            Instant waitingSince = null;
            while (true) {
                Snapshot snapshot = look();
                show.accept(snapshot);
                Instant now = clock.instant();
                boolean waits = snapshot.seemsToWait();
                waitingSince = !waits ? null : waitingSince == null ? now : waitingSince;
                boolean settled = waitingSince != null
                        && Duration.between(waitingSince, now).compareTo(SETTLED) >= 0;
                if ((snapshot.ended() || settled) && !goOn.test(snapshot)) {
                    return snapshot;
                }
                Instant earliest =
                        now.plus(snapshot.clusters().size() > MANY ? Duration.ofSeconds(1) : Duration.ofMillis(250));
                awaitEvent(stream, earliest);
            }
        }
    }

    /** Returns when something happened, but not before {@code earliest}; or when nothing did for a while. */
    private void awaitEvent(EventStream stream, Instant earliest) throws InterruptedException {
        if (stream.poll(LOOK_ANYWAY).isPresent()) {
            TimeUnit.NANOSECONDS.sleep(
                    Duration.between(clock.instant(), earliest).toNanos());
            // Whatever came meanwhile is seen by the look that follows.
            stream.skipPending();
        }
    }

    private Snapshot look() throws InterruptedException {
        Instant since = clock.instant();
        boolean told = false;
        while (true) {
            try {
                return new Snapshot(client.campaign(name), client.clusters(name));
            } catch (ServerUnreachableException e) {
                if (Duration.between(since, clock.instant()).compareTo(PATIENCE) > 0) {
                    throw e;
                }
                if (!told) {
                    tell.accept(e.getMessage() + "; trying again");
                    told = true;
                }
                TimeUnit.MILLISECONDS.sleep(500);
            }
        }
    }
}
