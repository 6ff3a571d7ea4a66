package io.calicofleet.planner.app;

import io.calicofleet.kafka.attestation.KeyFileException;
import io.calicofleet.planner.adapter.access.AccessFile;
import io.calicofleet.planner.adapter.access.Known;
import io.calicofleet.planner.adapter.access.TokenFile;
import io.calicofleet.planner.adapter.access.TokenMechanism;
import io.calicofleet.planner.adapter.access.TokenPerson;
import io.calicofleet.planner.adapter.audit.Asking;
import io.calicofleet.planner.adapter.http.BrowserEdge;
import io.calicofleet.planner.adapter.http.Page;
import io.calicofleet.planner.adapter.rest.Callers;
import io.calicofleet.planner.adapter.rest.LoginResource;
import io.calicofleet.planner.adapter.rest.SitePasskeys;
import io.calicofleet.planner.core.access.Access;
import io.calicofleet.planner.core.access.Grant;
import io.calicofleet.planner.core.access.Person;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.access.Role;
import io.calicofleet.planner.core.access.Scope;
import io.calicofleet.runtime.passkey.PasskeysFile;
import io.quarkus.oidc.Oidc;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How people come to be known. It is decided at the start, which is refused where nobody could be told from anybody. */
public final class AccessWiring {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** What holds where no file says who has which role. */
    private static final Access LOCAL_IS_ADMIN =
            new Access(List.of(new Grant(Role.ADMIN, Set.of(), Set.of(Person.LOCAL), Scope.ALL)), List.of());

    /** The planner does not start, because of how it is set. */
    static final class NotStartedException extends RuntimeException {
        NotStartedException(String message) {
            super(message, null, false, false);
        }
    }

    @Produces
    @Singleton
    Access access(PlannerConfig settings) {
        if (settings.access().file().isEmpty()
                && settings.access().oidc().issuer().isPresent()) {
            throw new NotStartedException("People log in at "
                    + settings.access().oidc().issuer().get()
                    + ", and nobody has a role: set planner.access.file.");
        }
        Access access = settings.access().file().map(AccessFile::read).orElse(LOCAL_IS_ADMIN);
        boolean subjects = access.delegates().stream()
                .flatMap(delegate -> delegate.people().stream())
                .anyMatch(person -> person.subject() != null);
        if (subjects && settings.access().oidc().issuer().isEmpty()) {
            throw new NotStartedException("planner.access.file has people of delegates with a subject, and there is no"
                    + " OpenID provider that calls them so: set planner.access.oidc.issuer, or leave the subject out.");
        }
        return access;
    }

    @Produces
    @Singleton
    TokenMechanism tokens(
            PlannerConfig settings, Access access, @ConfigProperty(name = "quarkus.http.host") String host) {
        Optional<Path> given = settings.access().tokenFile();
        String issuer = settings.access().oidc().issuer().orElse(null);
        if (given.isEmpty() && settings.access().oidc().issuer().isPresent()) {
            return new TokenMechanism(Optional.empty(), List.of(), null);
        }
        try {
            if (isLoopback(host)) {
                Path file = given.orElse(Path.of(System.getProperty("user.home"), ".calico-fleet", "token"));
                return new TokenMechanism(
                        Optional.of(TokenFile.madeFor(file, System.getProperty("user.name", "local"))),
                        access.delegates(),
                        issuer);
            }
            if (given.isEmpty()) {
                throw new NotStartedException("The planner is to listen on " + host
                        + ", where others can reach it, and knows nobody: set planner.access.oidc.issuer, an OpenID"
                        + " provider, or planner.access.token-file, a file with a line NAME TOKEN for each person, or let it"
                        + " listen on 127.0.0.1 (quarkus.http.host).");
            }
            return new TokenMechanism(Optional.of(TokenFile.of(given.get())), access.delegates(), issuer);
        } catch (IOException e) {
            throw new NotStartedException("The tokens of people (planner.access.token-file) cannot be had: " + e);
        }
    }

    /** Tokens are verified here, by the keys of the provider: nothing is asked of it for each request. */
    void provider(@Observes Oidc providers, PlannerConfig settings) {
        PlannerConfig.Access.Oidc oidc = settings.access().oidc();
        oidc.issuer()
                .ifPresent(issuer -> providers.create(OidcTenantConfig.authServerUrl(issuer)
                        .clientId(oidc.clientId())
                        .connectionDelay(Duration.ofMinutes(1))
                        .token()
                        .issuer(issuer)
                        .audience(oidc.audience())
                        .subjectRequired()
                        .allowJwtIntrospection(false)
                        .allowOpaqueTokenIntrospection(false)
                        .forcedJwkRefreshInterval(Duration.ofSeconds(10))
                        .end()
                        .build()));
    }

    @Produces
    @Singleton
    TokenPerson people(PlannerConfig settings, InstantSource clock) {
        return new TokenPerson(
                settings.access().oidc().nameClaim(), settings.access().oidc().groupsClaim(), clock);
    }

    @Produces
    @Singleton
    SitePasskeys passkeys(PlannerConfig settings) {
        Optional<Path> file = settings.access().passkeys();
        if (file.isEmpty()) {
            return new SitePasskeys(Optional.empty());
        }
        try {
            return new SitePasskeys(Optional.of(PasskeysFile.read(file.get()).passkeys()));
        } catch (KeyFileException e) {
            throw new NotStartedException(String.valueOf(e.getMessage()));
        }
    }

    @Produces
    @Singleton
    LoginResource.Login login(PlannerConfig settings) {
        PlannerConfig.Access.Oidc oidc = settings.access().oidc();
        return new LoginResource.Login(
                oidc.issuer().orElse(null),
                oidc.issuer().map(there -> oidc.clientId()).orElse(null),
                oidc.scopes());
    }

    @Produces
    @Singleton
    BrowserEdge browsers(
            PlannerConfig settings, InstantSource clock, @ConfigProperty(name = "quarkus.http.host") String host) {
        TlsSettings.wrong(settings.http().tls()).ifPresent(wrong -> {
            throw new NotStartedException(wrong);
        });
        Set<String> names = new HashSet<>(LOOPBACK);
        settings.http().hosts().ifPresent(more -> more.forEach(name -> names.add(name.toLowerCase(Locale.ROOT))));
        boolean any = settings.http().hosts().isEmpty() && !isLoopback(host);
        return new BrowserEdge(any ? Optional.empty() : Optional.of(names), clock);
    }

    @Produces
    @Singleton
    Page page(PlannerConfig settings) {
        return new Page(asked(settings.access().oidc()));
    }

    /** The origins that a page asks for a token. */
    private static Set<String> asked(PlannerConfig.Access.Oidc oidc) {
        Set<String> origins = new TreeSet<>();
        oidc.issuer().ifPresent(issuer -> origins.add(origin("planner.access.oidc.issuer", issuer)));
        oidc.origins()
                .ifPresent(
                        more -> more.forEach(address -> origins.add(origin("planner.access.oidc.origins", address))));
        return origins;
    }

    /** Nothing else of an address comes into a header. */
    private static String origin(String setting, String address) {
        try {
            URI uri = new URI(address);
            boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (http && uri.getHost() != null) {
                return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
            }
        } catch (URISyntaxException e) {
            throw new NotStartedException(setting + " is no address: " + e.getMessage());
        }
        throw new NotStartedException(setting + " is no address such as https://login.example.com: '" + address + "'");
    }

    @Produces
    @Singleton
    Callers callers(CurrentIdentityAssociation current, RightsOf rights) {
        return new Callers(
                () -> Known.person(current.getIdentity())
                        .map(rights::of)
                        .orElseThrow(() -> new IllegalStateException("a request of nobody has come through")),
                () -> Known.still(current.getIdentity()));
    }

    @Produces
    @Singleton
    Asking asking(CurrentVertxRequest current, RightsOf rights) {
        return new Asking(
                current::getCurrent,
                request -> Known.person(request).map(rights::of).map(Callers::identity));
    }

    /** What a person may do. */
    interface RightsOf {
        Rights of(Person person);
    }

    @Produces
    @Singleton
    RightsOf rights(Access access) {
        return person -> Rights.of(person, access.grants());
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
