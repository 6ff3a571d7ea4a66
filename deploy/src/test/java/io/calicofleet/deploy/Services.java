package io.calicofleet.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The services whose sources are here. */
final class Services {

    private Services() {}

    static Stream<String> all() {
        return List.of("planner", "executor", "verifier", "integrations").stream()
                .filter(service -> Files.isDirectory(sources(service)));
    }

    static Path sources(String service) {
        return Path.of("../" + service + "-service/src/main/java");
    }
}
