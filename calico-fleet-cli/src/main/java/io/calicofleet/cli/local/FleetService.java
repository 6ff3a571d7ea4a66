package io.calicofleet.cli.local;

import io.calicofleet.event.Sender;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The services, in the order they are started; they are stopped in the opposite one. */
public enum FleetService {
    /** Judges. */
    VERIFIER(Sender.VERIFIER, 288, 72, 5),
    /** Decides; the one people talk to. */
    PLANNER(Sender.PLANNER, 400, 80, 16),
    /** Acts. */
    EXECUTOR(Sender.EXECUTOR, 400, 80, 16),
    /** Tells others; only where something is set for it. */
    INTEGRATIONS(null, 200, 200, 0);

    /** Those that every system has. */
    public static final List<FleetService> ALWAYS = List.of(VERIFIER, PLANNER, EXECUTOR);

    private final @Nullable Sender sender;
    private final int heapMebibytes;
    private final int drillMebibytes;
    private final int drillKibibytesPerCluster;

    FleetService(@Nullable Sender sender, int heapMebibytes, int drillMebibytes, int drillKibibytesPerCluster) {
        this.sender = sender;
        this.heapMebibytes = heapMebibytes;
        this.drillMebibytes = drillMebibytes;
        this.drillKibibytesPerCluster = drillKibibytesPerCluster;
    }

    /** Its name in logs and messages. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return id();
    }

    /** Whose key it signs with; empty: it only reads. */
    Optional<Sender> sender() {
        return Optional.ofNullable(sender);
    }

    /** Its Maven module. */
    public String module() {
        return id() + "-service";
    }

    /**
     * The most its heap may take, in the form of {@code -Xmx}. Drill clusters are all alike, so what they need is known: the
     * most that was seen in use with all of them in flight, and half as much again. The collector would take what it is
     * allowed to before it collects, and everything that runs on the machine would have less.
     *
     * @param drillClusters how many of them there are; 0: there are real ones, of any size
     */
    String heap(int drillClusters) {
        int mebibytes =
                drillClusters == 0 ? heapMebibytes : drillMebibytes + drillClusters * drillKibibytesPerCluster / 1024;
        return mebibytes + "m";
    }
}
