package io.calicofleet.cli.local;

import io.calicofleet.event.Sender;

/** The three services, in the order they are started; they are stopped in the opposite one. */
public enum FleetService {
    /** Judges. */
    VERIFIER(Sender.VERIFIER, 288, 72, 5),
    /** Decides; the one people talk to. */
    PLANNER(Sender.PLANNER, 400, 80, 16),
    /** Acts. */
    EXECUTOR(Sender.EXECUTOR, 400, 80, 16);

    private final Sender sender;
    private final int heapMebibytes;
    private final int drillMebibytes;
    private final int drillKibibytesPerCluster;

    FleetService(Sender sender, int heapMebibytes, int drillMebibytes, int drillKibibytesPerCluster) {
        this.sender = sender;
        this.heapMebibytes = heapMebibytes;
        this.drillMebibytes = drillMebibytes;
        this.drillKibibytesPerCluster = drillKibibytesPerCluster;
    }

    /** Its name in logs and messages. */
    public String id() {
        return sender.encode();
    }

    /** Whose key it signs with. */
    Sender sender() {
        return sender;
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
