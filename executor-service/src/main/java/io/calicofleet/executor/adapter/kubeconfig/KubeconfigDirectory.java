package io.calicofleet.executor.adapter.kubeconfig;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.ClusterId;
import io.calicofleet.model.document.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Looks what is in a directory: a file is a cluster, its name without its ending the cluster's id; {@code clusters.yaml}
 * beside them may give labels and the access to the cluster's etcd ({@code <id>: {labels: {...}, etcd: {endpoints: [...],
 * ca: file, cert: file, key: file}}}). Hidden files are left out, so that a mounted Secret works, and
 * so are certificates and keys that kubeconfigs may name by a path beside them.
 *
 * <p>Reads only; what to do about what it finds is others' business. Not thread-safe.
 */
public final class KubeconfigDirectory {

    /** The file with the labels, and with accesses to etcds. */
    public static final String LABELS = "clusters.yaml";

    private static final Set<String> ENDINGS = Set.of("yaml", "yml", "kubeconfig", "conf", "config", "json");

    private static final Set<String> BESIDE = Set.of("crt", "cer", "key", "pem");

    /**
     * A version of a file.
     *
     * @param name what people know it by: its name in the directory, or the object of a management cluster it was made of
     * @param path where it is
     * @param modified when it was changed last
     * @param size in bytes
     */
    public record FileVersion(String name, Path path, FileTime modified, long size) {
        public FileVersion {
            requireNonNull(name, "name");
            requireNonNull(path, "path");
            requireNonNull(modified, "modified");
        }

        static FileVersion of(String name, Path path) throws IOException {
            return new FileVersion(name, path, Files.getLastModifiedTime(path), Files.size(path));
        }

        /** What is wrong with it, for those who know the cluster alone: they need to be told of an object, not of a file. */
        public String problem(String problem) {
            return name.equals(path.getFileName().toString()) ? problem : name + ": " + problem;
        }
    }

    /**
     * What is there.
     *
     * @param files the kubeconfigs by the cluster they are of
     * @param labels the labels by cluster
     * @param etcds the accesses to etcds that are given, by cluster
     * @param refused clusters that are meant to be there, and why they cannot be used
     * @param problems what cannot be used, by the file's name; of a cluster in {@code clusters.yaml}, with its id
     */
    public record Listing(
            Map<ClusterId, FileVersion> files,
            Map<ClusterId, Map<String, String>> labels,
            Map<ClusterId, EtcdFiles> etcds,
            Map<ClusterId, String> refused,
            Map<String, String> problems) {

        /** Nothing is there. */
        public static final Listing NOTHING = new Listing(Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

        public Listing {
            files = new TreeMap<>(files);
            labels = new HashMap<>(labels);
            etcds = new HashMap<>(etcds);
            refused = new TreeMap<>(refused);
            problems = new TreeMap<>(problems);
        }
    }

    private final Path directory;
    private ClustersFile clusters = ClustersFile.EMPTY;
    private Map<ClusterId, FileVersion> before = Map.of();

    /** A directory, which need not exist yet. */
    public KubeconfigDirectory(Path directory) {
        this.directory = requireNonNull(directory, "directory");
    }

    /** Looks again. */
    public Listing list() {
        return list(Set.of());
    }

    /**
     * Looks again.
     *
     * @param elsewhere clusters that are served without a file in this directory, and may have labels here all the same
     */
    public Listing list(Set<ClusterId> elsewhere) {
        Map<ClusterId, FileVersion> files = new TreeMap<>();
        Map<String, String> problems = new TreeMap<>();
        Optional<List<Path>> entries = entries(problems);
        if (entries.isEmpty()) {
            // A mount that is away for a moment takes no cluster out of the fleet.
            files.putAll(before);
        }
        for (Path path : entries.orElse(List.of())) {
            String name = path.getFileName().toString();
            if (name.equals(LABELS)) {
                readLabels(path, problems);
                continue;
            }
            try {
                FileVersion other = files.putIfAbsent(ClusterId.of(withoutEnding(name)), FileVersion.of(name, path));
                if (other != null) {
                    problems.put(name, "it is of the same cluster as " + other.name());
                }
            } catch (IllegalArgumentException | IOException e) {
                problems.put(name, String.valueOf(e.getMessage()));
            }
        }
        before = Map.copyOf(files);
        Set<ClusterId> there = new HashSet<>(files.keySet());
        there.addAll(elsewhere);
        withoutKubeconfig(there, problems);
        return new Listing(files, clusters.labels(), clusters.etcds(), Map.of(), problems);
    }

    /** Labels of a cluster that is not there are a typing error more often than not. */
    private void withoutKubeconfig(Set<ClusterId> there, Map<String, String> problems) {
        if (there.isEmpty()) {
            return;
        }
        List<String> names = there.stream().map(ClusterId::value).toList();
        clusters.lines().forEach((id, line) -> {
            if (!there.contains(id)) {
                String nearest = Suggestion.of(id.value(), names);
                problems.put(
                        LABELS + ", " + id,
                        "line " + line + ": there is no kubeconfig of " + id
                                + (nearest.isEmpty() ? "" : "; did you mean " + nearest + "?"));
            }
        });
    }

    private Optional<List<Path>> entries(Map<String, String> problems) {
        try (Stream<Path> entries = Files.list(directory)) {
            List<Path> paths = new ArrayList<>();
            entries.filter(path -> !path.getFileName().toString().startsWith("."))
                    .filter(path -> !BESIDE.contains(ending(path.getFileName().toString())))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .forEach(paths::add);
            return Optional.of(paths);
        } catch (IOException e) {
            problems.put(directory.toString(), "the directory cannot be read: " + e);
            return Optional.empty();
        }
    }

    private void readLabels(Path path, Map<String, String> problems) {
        try {
            clusters = ClustersFile.read(path);
        } catch (IOException e) {
            // The labels read before stay: losing them would change which clusters a campaign takes.
            problems.put(LABELS, String.valueOf(e.getMessage()));
        }
    }

    private static String withoutEnding(String name) {
        String ending = ending(name);
        return ENDINGS.contains(ending) ? name.substring(0, name.length() - ending.length() - 1) : name;
    }

    /** What follows the last dot; empty where nothing does, or nothing comes before it. */
    private static String ending(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(dot + 1) : "";
    }
}
