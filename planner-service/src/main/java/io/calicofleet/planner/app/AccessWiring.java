package io.calicofleet.planner.app;

import io.calicofleet.planner.adapter.access.AccessFile;
import io.calicofleet.planner.adapter.access.Known;
import io.calicofleet.planner.adapter.access.TokenFile;
import io.calicofleet.planner.adapter.access.TokenMechanism;
import io.calicofleet.planner.adapter.http.BrowserEdge;
import io.calicofleet.planner.adapter.rest.Callers;
import io.calicofleet.planner.core.access.Grant;
import io.calicofleet.planner.core.access.Person;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.access.Role;
import io.calicofleet.planner.core.access.Scope;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How people come to be known. It is decided at the start, which is refused where nobody could be told from anybody. */
public final class AccessWiring {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** What holds where no file says who has which role. */
    private static final List<Grant> LOCAL_IS_ADMIN =
            List.of(new Grant(Role.ADMIN, Set.of(), Set.of(Person.LOCAL), Scope.ALL));

    /** The planner does not start, because of how it is set. */
    static final class NotStartedException extends RuntimeException {
        NotStartedException(String message) {
            super(message, null, false, false);
        }
    }

    @Produces
    @Singleton
    TokenMechanism tokens(PlannerConfig settings, @ConfigProperty(name = "quarkus.http.host") String host) {
        Optional<Path> given = settings.access().tokenFile();
        try {
            if (isLoopback(host)) {
                Path file = given.orElse(Path.of(System.getProperty("user.home"), ".calico-fleet", "token"));
                return new TokenMechanism(
                        Optional.of(TokenFile.madeFor(file, System.getProperty("user.name", "local"))));
            }
            if (given.isEmpty()) {
                throw new NotStartedException("The planner is to listen on " + host
                        + ", where others can reach it, and knows nobody: set planner.access.token-file, a file with a line"
                        + " NAME TOKEN for each person, or let it listen on 127.0.0.1 (quarkus.http.host).");
            }
            return new TokenMechanism(Optional.of(TokenFile.of(given.get())));
        } catch (IOException e) {
            throw new NotStartedException("The tokens of people (planner.access.token-file) cannot be had: " + e);
        }
    }

    @Produces
    @Singleton
    BrowserEdge browsers(PlannerConfig settings, @ConfigProperty(name = "quarkus.http.host") String host) {
        Set<String> names = new HashSet<>(LOOPBACK);
        settings.http().hosts().ifPresent(more -> more.forEach(name -> names.add(name.toLowerCase(Locale.ROOT))));
        boolean any = settings.http().hosts().isEmpty() && !isLoopback(host);
        return new BrowserEdge(any ? Optional.empty() : Optional.of(names));
    }

    @Produces
    @Singleton
    Callers callers(CurrentIdentityAssociation current, PlannerConfig settings) {
        List<Grant> grants = settings.access().file().map(AccessFile::read).orElse(LOCAL_IS_ADMIN);
        return new Callers(() -> Known.person(current.getIdentity())
                .map(person -> Rights.of(person, grants))
                .orElseThrow(() -> new IllegalStateException("a request of nobody has come through")));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
