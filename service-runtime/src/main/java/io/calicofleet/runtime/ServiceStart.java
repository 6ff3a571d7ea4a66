package io.calicofleet.runtime;

import io.calicofleet.runtime.http.HttpEdge;

/** What every service does before Quarkus starts. */
public final class ServiceStart {

    private static final String NETTY_WITHOUT_UNSAFE = "io.netty.noUnsafe";

    private ServiceStart() {}

    /** Prepares this process; the first thing a {@code main} calls. */
    public static void prepare() {
        StructuredLogging.install();
        PlainRecords.install();
        ClockWatch.start();
        HttpEdge.install();
        // JDK 24 and later print a warning where Netty tries sun.misc.Unsafe; we can do without.
        if (System.getProperty(NETTY_WITHOUT_UNSAFE) == null) {
            System.setProperty(NETTY_WITHOUT_UNSAFE, "true");
        }
    }
}
