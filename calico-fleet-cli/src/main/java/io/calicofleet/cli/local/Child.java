package io.calicofleet.cli.local;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The main class of every process the launcher starts. It runs the real main class, and ends the process when the
 * launcher is gone: standard input is a pipe from the launcher, and the kernel closes it even when the launcher dies of
 * {@code kill -9}. The process then stops as on SIGTERM, and is halted when that takes too long.
 *
 * <p>Arguments: seconds to wait between losing the launcher and stopping (the broker lets the services go first), the
 * real main class, its arguments. This class uses nothing but the JDK: it is beside the services on their class path.
 */
public final class Child {

    private static final long HALT_AFTER_SECONDS = 20;

    private Child() {}

    /** See the class. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        if (arguments.length < 2) {
            throw new IllegalArgumentException("expected: seconds, main class, its arguments");
        }
        long grace = Long.parseLong(arguments[0]);
        Thread watch = new Thread(() -> endWithParent(grace), "launcher-watch");
        watch.setDaemon(true);
        watch.start();
        Method main = Class.forName(arguments[1], true, ClassLoader.getSystemClassLoader())
                .getMethod("main", String[].class);
        try {
            main.invoke(null, (Object) Arrays.copyOfRange(arguments, 2, arguments.length));
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            (cause == null ? e : cause).printStackTrace();
            System.exit(1);
        }
    }

    private static void endWithParent(long graceSeconds) {
        try {
            while (System.in.read() >= 0) {
                // The launcher sends nothing; the end of the stream is the message.
            }
        } catch (IOException expected) {
            // A broken pipe says the same.
        }
        Thread halt = new Thread(
                () -> {
                    pause(graceSeconds + HALT_AFTER_SECONDS);
                    Runtime.getRuntime().halt(1);
                },
                "launcher-watch-halt");
        halt.setDaemon(true);
        halt.start();
        pause(graceSeconds);
        System.exit(0);
    }

    private static void pause(long seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException expected) {
            // Then at once.
        }
    }
}
