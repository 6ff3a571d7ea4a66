package io.calicofleet.executor.adapter.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.executor.port.ReleaseException;
import io.calicofleet.fuzz.ByteMutator;
import io.calicofleet.fuzz.Seeds;
import io.calicofleet.fuzz.YamlMutator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manifest or a chart is read or told to be wrong, whatever it holds. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WrongReleasesTest {

    private static final CalicoVersion VERSION = CalicoVersion.of(3, 22, 5);
    private static final int BURST = 300;
    private static final String MANIFEST = """
            {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: calico-node, namespace: kube-system, labels: {k8s-app: calico-node}},
             spec: {selector: {matchLabels: {k8s-app: calico-node}}, template: {metadata: {labels: {k8s-app: calico-node}}, spec: {containers:
              [{name: calico-node, image: "docker.io/calico/node:v3.22.5", env: [{name: IP, value: autodetect}], ports: [{containerPort: 9099}]}]}}}}
            """;
    private static final String DEFINITION = """
            {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: felixconfigurations.crd.projectcalico.org},
             spec: {group: crd.projectcalico.org, scope: Cluster, names: {kind: FelixConfiguration, plural: felixconfigurations},
              versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}
            """;

    @TempDir
    private Path folder;

    @Test
    void a_manifest_is_one_or_an_error() throws IOException {
        JsonNode right = new YAMLMapper().readTree(MANIFEST);
        String definition = YamlMutator.written(new YAMLMapper().readTree(DEFINITION));
        Path file = Files.createDirectories(folder.resolve("releases/v3.22.5")).resolve("calico.yaml");
        Seeds.burst(BURST).forEach(seed -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(definition.getBytes(UTF_8));
            bytes.writeBytes("---\n".getBytes(UTF_8));
            bytes.writeBytes(new YamlMutator(new Random(seed)).mutated(right));
            reads(seed, () -> {
                Files.write(file, bytes.toByteArray());
                assertThat(Releases.of(folder.resolve("releases").toString(), folder.resolve("cache-" + seed))
                                .manifest(VERSION, "calico.yaml"))
                        .isPresent();
            });
        });
    }

    @Test
    void a_chart_is_one_or_an_error() throws IOException {
        byte[] right = chart();
        Path file = Files.createDirectories(folder.resolve("releases/v3.22.5")).resolve("tigera-operator-v3.22.5.tgz");
        Seeds.burst(BURST).forEach(seed -> {
            Random random = new Random(seed);
            reads(seed, () -> {
                Files.write(
                        file,
                        random.nextInt(3) == 0
                                ? new ByteMutator(random).mutated(right)
                                : packed(new ByteMutator(random).mutated(unpacked())));
                assertThat(Releases.of(folder.resolve("releases").toString(), folder.resolve("cache-" + seed))
                                .chart(VERSION, null)
                                .name())
                        .isEqualTo("tigera-operator");
            });
        });
    }

    private interface Read {
        void read() throws IOException;
    }

    private static void reads(long seed, Read read) {
        try {
            read.read();
        } catch (ReleaseException told) {
            assertThat(told.getMessage()).as("seed %d", seed).isNotBlank();
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static byte[] chart() throws IOException {
        return packed(unpacked());
    }

    private static byte[] unpacked() {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        add(tar, "tigera-operator/Chart.yaml", "apiVersion: v2\nname: tigera-operator\nversion: v3.22.5\n");
        add(tar, "tigera-operator/values.yaml", "installation: {enabled: true}\n");
        add(tar, "tigera-operator/templates/a.yaml", "{{ .Values.installation }}\n");
        tar.writeBytes(new byte[1024]);
        return tar.toByteArray();
    }

    /** A file in the form of POSIX' ustar. */
    private static void add(ByteArrayOutputStream tar, String name, String text) {
        byte[] header = new byte[512];
        byte[] content = text.getBytes(UTF_8);
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 124, String.format(Locale.ROOT, "%011o", content.length));
        header[156] = '0';
        put(header, 257, "ustar");
        put(header, 148, "        ");
        int sum = 0;
        for (byte each : header) {
            sum += each;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o", sum) + "\0 ");
        tar.writeBytes(header);
        tar.writeBytes(content);
        tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
    }

    private static void put(byte[] header, int at, String text) {
        System.arraycopy(text.getBytes(UTF_8), 0, header, at, text.length());
    }

    private static byte[] packed(byte[] tar) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(tar);
        }
        return bytes.toByteArray();
    }
}
