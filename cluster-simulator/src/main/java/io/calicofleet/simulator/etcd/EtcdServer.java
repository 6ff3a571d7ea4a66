package io.calicofleet.simulator.etcd;

import com.google.protobuf.ByteString;
import io.calicofleet.simulator.kubernetes.http.Tls;
import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.Member;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.MemberListResponse;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A small etcd v3 on a free port of 127.0.0.1: one member, everything in memory. It serves what clients of Calico need (KV,
 * Watch, Maintenance Status, Cluster MemberList) as etcd does; of the rest it says that it does not implement it.
 *
 * <p>With TLS it has a certificate of its own and lets in only who shows the client certificate it made.
 */
public final class EtcdServer implements AutoCloseable {

    private static final String VERSION = "3.5.21";

    private final EtcdStore store = new EtcdStore();
    /** Virtual threads end by themselves; connections that end after the server's end still need one. */
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    private final EventLoopGroup eventLoop = new NioEventLoopGroup(
            1, Thread.ofPlatform().name("simulator-etcd-", 0).daemon().factory());
    private final @Nullable Tls own;
    private final @Nullable Tls clients;
    private final Server server;
    private volatile boolean available = true;
    private volatile EtcdAudit audit = (verb, key, revision) -> {};

    private EtcdServer(boolean tls) {
        own = tls ? Tls.create() : null;
        clients = tls ? Tls.create() : null;
        try {
            NettyServerBuilder builder = NettyServerBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .channelType(NioServerSocketChannel.class)
                    .bossEventLoopGroup(eventLoop)
                    .workerEventLoopGroup(eventLoop)
                    .executor(executor)
                    .permitKeepAliveTime(1, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    .intercept(new Outage())
                    .addService(new KvService(store, (verb, key, revision) -> audit.written(verb, key, revision)))
                    .addService(new WatchService(store))
                    .addService(new Maintenance())
                    .addService(new Cluster());
            if (own != null && clients != null) {
                builder.sslContext(GrpcSslContexts.configure(
                                SslContextBuilder.forServer(stream(own.certificatePem()), stream(own.privateKeyPem())))
                        .trustManager(stream(clients.certificatePem()))
                        .clientAuth(ClientAuth.REQUIRE)
                        .build());
            }
            server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start an etcd: " + e.getMessage(), e);
        }
    }

    /** Starts one with nothing in it. */
    public static EtcdServer start(boolean tls) {
        return new EtcdServer(tls);
    }

    /** Its address, such as http://127.0.0.1:2379. */
    public String endpoint() {
        return (own == null ? "http" : "https") + "://127.0.0.1:" + server.getPort();
    }

    /** The certificate clients must trust, in PEM; empty without TLS. */
    public String caPem() {
        return own == null ? "" : own.certificatePem();
    }

    /** The certificate clients must show, in PEM; empty without TLS. */
    public String certificatePem() {
        return clients == null ? "" : clients.certificatePem();
    }

    /** Its private key, in PEM; empty without TLS. */
    public String privateKeyPem() {
        return clients == null ? "" : clients.privateKeyPem();
    }

    /** Tells what clients write from now on. */
    public void auditTo(EtcdAudit listener) {
        audit = listener;
    }

    /** Whether it answers; where not, every request is refused as by an etcd without a leader. */
    public void setAvailable(boolean answers) {
        available = answers;
    }

    /** Whether it answers. */
    public boolean isAvailable() {
        return available;
    }

    /** All keys that begin with a prefix, and their values. */
    public Map<String, String> entries(String prefix) {
        Map<String, String> entries = new TreeMap<>();
        for (var entry : store.range(ByteString.copyFromUtf8(prefix), ByteString.copyFromUtf8(prefix + "\uffff"))) {
            entries.put(entry.getKey().toStringUtf8(), entry.getValue().toStringUtf8());
        }
        return entries;
    }

    /** The value of a key; null where it has none. */
    public @Nullable String get(String key) {
        var entry = store.get(ByteString.copyFromUtf8(key));
        return entry == null ? null : entry.getValue().toStringUtf8();
    }

    /** Stores a value, as any client may. */
    public void put(String key, String value) {
        store.transact(() -> store.put(ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value)));
    }

    /** Stores a value where the key has none yet; whether it did. */
    public boolean create(String key, String value) {
        ByteString bytes = ByteString.copyFromUtf8(key);
        return store.transact(() -> {
            boolean absent = store.get(bytes) == null;
            if (absent) {
                store.put(bytes, ByteString.copyFromUtf8(value));
            }
            return absent;
        });
    }

    /**
     * Changes the value of a key that is there, in one transaction.
     *
     * @param change must not take long
     */
    public void change(String key, UnaryOperator<String> change) {
        ByteString bytes = ByteString.copyFromUtf8(key);
        store.transact(() -> {
            var entry = store.get(bytes);
            return entry == null
                    ? null
                    : store.put(
                            bytes,
                            ByteString.copyFromUtf8(
                                    change.apply(entry.getValue().toStringUtf8())));
        });
    }

    /** Calls {@code listener} after each change from now on; it must not block. */
    public void onChange(Runnable listener) {
        store.listen(0, (revision, events) -> listener.run());
    }

    /** Deletes a key. */
    public void delete(String key) {
        store.transact(() -> store.delete(ByteString.copyFromUtf8(key), ByteString.EMPTY));
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            boolean unusedEnd = server.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var unused = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static InputStream stream(String pem) {
        return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    }

    private final class Outage implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            if (!available) {
                call.close(Status.UNAVAILABLE.withDescription("etcdserver: no leader"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }
    }

    private final class Maintenance extends MaintenanceGrpc.MaintenanceImplBase {
        @Override
        public void status(StatusRequest request, StreamObserver<StatusResponse> answer) {
            answer.onNext(StatusResponse.newBuilder()
                    .setHeader(Headers.at(store.revision()))
                    .setVersion(VERSION)
                    .setLeader(Headers.MEMBER)
                    .setRaftTerm(1)
                    .build());
            answer.onCompleted();
        }
    }

    private final class Cluster extends ClusterGrpc.ClusterImplBase {
        @Override
        public void memberList(MemberListRequest request, StreamObserver<MemberListResponse> answer) {
            answer.onNext(MemberListResponse.newBuilder()
                    .setHeader(Headers.at(store.revision()))
                    .addMembers(Member.newBuilder()
                            .setID(Headers.MEMBER)
                            .setName("simulated")
                            .addClientURLs(endpoint()))
                    .build());
            answer.onCompleted();
        }
    }
}
