package io.calicofleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The services: every module beside this one whose name ends so. A new one is found by itself, and asked for its chart and its pages. */
final class Services {

    private static final String ENDING = "-service";

    private Services() {}

    static Stream<String> all() {
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            List<String> services = modules.filter(module -> Files.exists(module.resolve("pom.xml")))
                    .map(module -> module.getFileName().toString())
                    .filter(module -> module.endsWith(ENDING))
                    .map(module -> module.substring(0, module.length() - ENDING.length()))
                    .sorted()
                    .toList();
            assertThat(services).contains("planner", "executor", "verifier");
            return services.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path sources(String service) {
        return Path.of("../" + service + ENDING + "/src/main/java");
    }
}
