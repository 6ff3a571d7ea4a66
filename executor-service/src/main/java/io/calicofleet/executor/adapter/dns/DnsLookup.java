package io.calicofleet.executor.adapter.dns;

import static java.util.Objects.requireNonNull;

import io.calicofleet.executor.core.lockout.NameAnswer;
import io.calicofleet.executor.port.NameLookup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The resolver of the executor's host, which may take minutes by itself: an answer after the limit is none. */
public final class DnsLookup implements NameLookup {

    /** What is asked; the resolver of the host but for tests. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    private final Duration limit;
    private final Resolver resolver;

    /**
     * A lookup by the host's resolver.
     *
     * @param limit how long to wait for an answer
     */
    public DnsLookup(Duration limit) {
        this(limit, InetAddress::getAllByName);
    }

    DnsLookup(Duration limit, Resolver resolver) {
        this.limit = requireNonNull(limit, "limit");
        this.resolver = requireNonNull(resolver, "resolver");
    }

    @Override
    public NameAnswer lookup(String name) {
        CompletableFuture<NameAnswer> answer = new CompletableFuture<>();
        // A resolver cannot be interrupted: past the limit its thread ends by itself, and nobody waits for it.
        Thread.ofPlatform().daemon().name("dns-" + name).start(() -> answer.complete(ask(name)));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new NameAnswer.Unknown("DNS did not answer within " + limit.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new NameAnswer.Unknown("the executor stops");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a lookup ends with an answer", e);
        }
    }

    private NameAnswer ask(String name) {
        try {
            List<String> addresses = Arrays.stream(resolver.resolve(name))
                    .map(InetAddress::getHostAddress)
                    .map(address -> address.replaceFirst("%.*$", ""))
                    .distinct()
                    .toList();
            return addresses.isEmpty()
                    ? new NameAnswer.Unknown("DNS has no address for it")
                    : new NameAnswer.Found(addresses);
        } catch (UnknownHostException e) {
            return new NameAnswer.Unknown("DNS does not know it where the executor runs");
        }
    }
}
