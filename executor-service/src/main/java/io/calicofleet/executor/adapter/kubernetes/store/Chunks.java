package io.calicofleet.executor.adapter.kubernetes.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Bytes in pieces that fit into a Secret: its data may have 1 MiB, a request to etcd, in base64, 1.5 MiB. */
final class Chunks {

    /** Bytes in a piece. */
    static final int SIZE = 512 * 1024;

    private Chunks() {}

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    static byte[] gunzip(byte[] packed) {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return gzip.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<byte[]> cut(byte[] bytes) {
        List<byte[]> chunks = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += SIZE) {
            chunks.add(Arrays.copyOfRange(bytes, from, Math.min(from + SIZE, bytes.length)));
        }
        return chunks;
    }

    static byte[] join(List<byte[]> chunks) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        chunks.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    static byte[] base64(String text) {
        return Base64.getDecoder().decode(text);
    }
}
