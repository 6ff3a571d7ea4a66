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
import org.jspecify.annotations.Nullable;

/**
 * The native library of helm-java for this platform, as a file. It is 97 MB: it is unpacked once per executor, not once
 * per call. helm-java itself would download a library that is missing; that is not for an executor to do.
 */
final class HelmLibraries {

    private static final ReentrantLock LOCK = new ReentrantLock();
    private static @Nullable Path unpacked;

    private HelmLibraries() {}

    /** Why there is none; empty where there is. */
    static Optional<String> missing() {
        return find().isPresent()
                ? Optional.empty()
                : Optional.of("the Helm engine has no native library for "
                        + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
                        + ": run the executor on linux amd64, or build it where it runs");
    }

    /**
     * The file.
     *
     * @throws IOException where there is none or it cannot be unpacked
     */
    static Path file() throws IOException {
        LOCK.lock();
        try {
            if (unpacked != null && Files.isRegularFile(unpacked)) {
                return unpacked;
            }
            NativeLibrary library = find().orElseThrow(() -> new FileNotFoundException("no native library"));
            Path directory = Files.createTempDirectory("calico-fleet-helm");
            Path file = directory.resolve(library.getBinaryName());
            try (InputStream in = library.getClass().getResourceAsStream("/" + library.getBinaryName())) {
                if (in == null) {
                    throw new FileNotFoundException(library.getBinaryName());
                }
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            }
            directory.toFile().deleteOnExit();
            file.toFile().deleteOnExit();
            unpacked = file;
            return file;
        } finally {
            LOCK.unlock();
        }
    }

    private static Optional<NativeLibrary> find() {
        String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        return ServiceLoader.load(NativeLibrary.class, NativeLibrary.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(library -> fits(library.getBinaryName(), platform))
                .findFirst();
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
