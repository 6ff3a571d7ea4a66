package io.calicofleet.planner.adapter.access;

import io.calicofleet.planner.core.access.Person;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Knows people by the planner's own tokens; who sends another one, or none, is left to the other mechanisms. */
public final class TokenMechanism implements HttpAuthenticationMechanism {

    private static final String BEARER = "Bearer ";

    private final Optional<TokenFile> tokens;

    /** By these tokens; empty: there are none. */
    public TokenMechanism(Optional<TokenFile> tokens) {
        this.tokens = tokens;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager providers) {
        String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.startsWith(BEARER + TokenFile.PREFIX)) {
            return Uni.createFrom().nullItem();
        }
        String token = header.substring(BEARER.length()).strip();
        return tokens.flatMap(file -> file.owner(token)
                        .map(person -> identity(
                                person,
                                () -> file.owner(token).filter(person::equals).isPresent())))
                .map(Uni.createFrom()::item)
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException("nobody's token")));
    }

    private static SecurityIdentity identity(Person person, BooleanSupplier still) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(person.name()))
                .addAttribute(Known.PERSON, person)
                .addAttribute(Known.STILL, still)
                .build();
    }

    /** Before that of the provider, which refuses whatever is not its own. */
    @Override
    public int getPriority() {
        return 2 * DEFAULT_PRIORITY;
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, HttpHeaderNames.WWW_AUTHENTICATE, "Bearer"));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
    }
}
