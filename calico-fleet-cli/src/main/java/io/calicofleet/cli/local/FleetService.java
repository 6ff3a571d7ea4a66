package io.calicofleet.cli.local;

/** The three services, in the order they are started; they are stopped in the opposite one. */
public enum FleetService {
    /** Judges. */
    VERIFIER("verifier", "288m"),
    /** Decides; the one people talk to. */
    PLANNER("planner", "400m"),
    /** Acts. */
    EXECUTOR("executor", "400m");

    private final String id;
    private final String heap;

    FleetService(String id, String heap) {
        this.id = id;
        this.heap = heap;
    }

    /** Its name in logs and messages. */
    public String id() {
        return id;
    }

    /** Its Maven module. */
    public String module() {
        return id + "-service";
    }

    /** The most its heap may take, so that all three together stay well below 1 GiB. */
    String heap() {
        return heap;
    }
}
