package io.calicofleet.verifier.app;

import io.calicofleet.logging.StructuredLogging;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Where the service starts. */
@QuarkusMain
public final class Main {

    private static final String NETTY_WITHOUT_UNSAFE = "io.netty.noUnsafe";

    private Main() {}

    /** Runs until it is told to stop. */
    public static void main(String... arguments) {
        StructuredLogging.install();
        // JDK 24 and later print a warning where Netty tries sun.misc.Unsafe; we can do without.
        if (System.getProperty(NETTY_WITHOUT_UNSAFE) == null) {
            System.setProperty(NETTY_WITHOUT_UNSAFE, "true");
        }
        Quarkus.run(arguments);
    }
}
