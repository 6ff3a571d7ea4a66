package io.calicofleet.executor.adapter.helm;

import com.marcnuri.helm.jni.NativeLibrary;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The native library of helm-java for this platform, as a file. It is 97 MB: it is unpacked once per executor, not once
 * per call. helm-java itself would download a library that is missing; that is not for an executor to do.
 */
final class HelmLibraries {

    private static final ReentrantLock LOCK = new ReentrantLock();

    private HelmLibraries() {}

    /** Why there is none for this platform, and what would help; empty where there is one. */
    static Optional<String> missing() {
        return missing(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static Optional<String> missing(String system, String processor) {
        if (find(platform(system, processor)).isPresent()) {
            return Optional.empty();
        }
        String there = all().map(NativeLibrary::getBinaryName).sorted().collect(Collectors.joining(", "));
        return Optional.of(
                "clusters whose Calico is a Helm release cannot be served here: the Helm engine has no native"
                        + " library for " + system + " on " + processor + " in this build"
                        + (there.isEmpty() ? "" : " (it has " + there + ")")
                        + ". Run the executor on linux amd64, or build it on the platform it runs on, where helm-java has a"
                        + " library for that");
    }

    /**
     * The file.
     *
     * @throws IOException where there is none or it cannot be unpacked
     */
    static Path file() throws IOException {
        LOCK.lock();
        try {
            NativeLibrary library = find(platform(System.getProperty("os.name"), System.getProperty("os.arch")))
                    .orElseThrow(() -> new FileNotFoundException(missing().orElse("no native library")));
            Path file = HelmFolder.get().resolve(library.getBinaryName());
            if (!Files.isRegularFile(file)) {
                Path part = file.resolveSibling(library.getBinaryName() + ".part");
                try (InputStream in = library.getClass().getResourceAsStream("/" + library.getBinaryName())) {
                    if (in == null) {
                        throw new FileNotFoundException(library.getBinaryName());
                    }
                    Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                }
                Files.move(part, file);
            }
            return file;
        } finally {
            LOCK.unlock();
        }
    }

    private static Stream<NativeLibrary> all() {
        return ServiceLoader.load(NativeLibrary.class, NativeLibrary.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get);
    }

    private static Optional<NativeLibrary> find(String platform) {
        return all().filter(library -> fits(library.getBinaryName(), platform)).findFirst();
    }

    /** Binaries are named such as helm-linux-amd64.so and helm-darwin-10.12-amd64.dylib. */
    static boolean fits(String binary, String platform) {
        String[] parts = platform.split(" ", 2);
        return binary.startsWith("helm-" + parts[0] + "-") && binary.contains("-" + parts[1] + ".");
    }

    static String platform(String system, String processor) {
        String name = system.toLowerCase(Locale.ROOT);
        String os = name.startsWith("mac") ? "darwin" : name.startsWith("windows") ? "windows" : name;
        String arch = switch (processor.toLowerCase(Locale.ROOT)) {
            case "x86_64", "amd64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> processor;
        };
        return os + " " + arch;
    }
}
