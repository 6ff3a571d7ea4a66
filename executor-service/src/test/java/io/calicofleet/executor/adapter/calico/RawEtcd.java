package io.calicofleet.executor.adapter.calico;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.calicofleet.executor.core.datastore.EtcdAccess;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.options.GetOption;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/** Keys and values as they are, past the adapter. */
final class RawEtcd {

    private final KV kv;

    private RawEtcd(KV kv) {
        this.kv = kv;
    }

    static <T> T with(EtcdAccess access, Function<RawEtcd, T> action) {
        try (Client client = access.ca().isEmpty()
                ? Client.builder().endpoints(access.endpoints().getFirst()).build()
                : Client.builder()
                        .endpoints(access.endpoints().getFirst())
                        .sslContext(tls -> tls.trustManager(bytes(access.ca()))
                                .keyManager(bytes(access.certificate()), bytes(access.key())))
                        .build()) {
            return action.apply(new RawEtcd(client.getKVClient()));
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    List<String> keys(String prefix) {
        return kv
                .get(
                        ByteSequence.from(prefix, UTF_8),
                        GetOption.builder().isPrefix(true).withKeysOnly(true).build())
                .join()
                .getKvs()
                .stream()
                .map(entry -> entry.getKey().toString(UTF_8))
                .toList();
    }

    SortedMap<String, String> entries(String prefix) {
        SortedMap<String, String> entries = new TreeMap<>();
        kv.get(
                        ByteSequence.from(prefix, UTF_8),
                        GetOption.builder().isPrefix(true).build())
                .join()
                .getKvs()
                .forEach(entry -> entries.put(
                        entry.getKey().toString(UTF_8), entry.getValue().toString(UTF_8)));
        return entries;
    }

    boolean put(String key, String value) {
        return kv.put(ByteSequence.from(key, UTF_8), ByteSequence.from(value, UTF_8))
                        .join()
                        .getHeader()
                        .getRevision()
                > 0;
    }

    private static ByteArrayInputStream bytes(String pem) {
        return new ByteArrayInputStream(pem.getBytes(UTF_8));
    }
}
