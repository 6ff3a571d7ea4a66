package io.calicofleet.executor.app;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name of this host. */
final class HostName {

    private HostName() {}

    static String get() {
        String name = System.getenv("HOSTNAME");
        if (name != null && !name.isBlank()) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException expected) {
            return "executor";
        }
    }
}
