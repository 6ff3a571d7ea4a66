package io.calicofleet.planner.adapter.access;

import io.calicofleet.planner.core.access.Delegate;
import io.calicofleet.planner.core.access.Person;
import io.calicofleet.runtime.http.Delegation;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Knows people by the planner's own tokens; who sends another one, or none, is left to the other mechanisms. */
public final class TokenMechanism implements HttpAuthenticationMechanism {

    private static final String BEARER = "Bearer ";

    private final Optional<TokenFile> tokens;
    private final List<Delegate> delegates;
    private final @Nullable String issuer;

    /**
     * By these tokens; empty: there are none.
     *
     * @param delegates whoever of them may ask for others
     * @param issuer the OpenID provider by which those others may be known; null: there is none
     */
    public TokenMechanism(Optional<TokenFile> tokens, List<Delegate> delegates, @Nullable String issuer) {
        this.tokens = tokens;
        this.delegates = List.copyOf(delegates);
        this.issuer = issuer;
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
                                asks(person, context),
                                person,
                                () -> file.owner(token).filter(person::equals).isPresent())))
                .map(Uni.createFrom()::item)
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException("nobody's token")));
    }

    /** Whoever the request is of: the owner of its token, or whom that asks for; empty where that may not be asked for. */
    private Optional<Person> asks(Person owner, RoutingContext context) {
        String called = context.request().getHeader(Delegation.ON_BEHALF_OF);
        if (called == null) {
            return Optional.of(owner);
        }
        String how = context.request().getHeader(Delegation.KNOWN_BY);
        Optional<Delegate> delegate = delegates.stream()
                .filter(one -> one.name().equals(owner.name()))
                .findFirst();
        Optional<Person> person = how == null || !Delegate.isHow(how)
                ? Optional.empty()
                : delegate.flatMap(one -> one.person(called, how, issuer));
        if (person.isEmpty()) {
            context.put(
                    Known.NOT_FOR,
                    delegate.isEmpty()
                            ? owner.name() + " asks for nobody else: the planner's file of access has no such delegate."
                            : how == null || !Delegate.isHow(how)
                                    ? owner.name() + " has to say how it knows whom it asks for, in "
                                            + Delegation.KNOWN_BY + "."
                                    : "The planner's file of access does not have whoever was named among the people of the"
                                            + " delegate " + owner.name() + ".");
        }
        return person;
    }

    private static SecurityIdentity identity(Optional<Person> asks, Person owner, BooleanSupplier still) {
        QuarkusSecurityIdentity.Builder identity = QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(asks.orElse(owner).name()))
                .addAttribute(Known.STILL, still);
        asks.ifPresent(person -> identity.addAttribute(Known.PERSON, person));
        return identity.build();
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
