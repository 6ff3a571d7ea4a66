package io.calicofleet.integrations.app;

import io.calicofleet.runtime.ServiceStart;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Where the service starts. */
@QuarkusMain
public final class Main {

    private Main() {}

    /** Runs until it is told to stop. */
    public static void main(String... arguments) {
        ServiceStart.prepare();
        Quarkus.run(arguments);
    }
}
