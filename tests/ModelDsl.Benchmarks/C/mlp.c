// 784-H-H-10 with ReLU, cross-entropy and Adam, a batch of B: plain loops around OpenBLAS's products. Weights are (in, out), the fastest of the orders for it.
// gcc -O3 -march=native -ffast-math -DB=32 -DH=64 mlp.c -lopenblas -lm
// ./a.out prove FOLDER STEPS      trains on FOLDER/x and FOLDER/y from FOLDER/weights.safetensors and prints the losses
// ./a.out measure                 prints the seconds of one step, the median of rounds
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IN = 784, OUT = 10, PARAMETERS = IN * H + H + H * H + H + H * OUT + OUT, ROUNDS = 9, MOST_STEPS = 100 };
enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112 };

void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);

#define ALIGNED __attribute__((aligned(64)))
static float p[PARAMETERS] ALIGNED, dp[PARAMETERS] ALIGNED, m[PARAMETERS] ALIGNED, v[PARAMETERS] ALIGNED;
static float x[B * IN] ALIGNED, h1[B * H] ALIGNED, h2[B * H] ALIGNED, z[B * OUT] ALIGNED, dh1[B * H] ALIGNED, dh2[B * H] ALIGNED;
static int y[B];

/// out = in·w + b
static void forward(float *out, const float *in, const float *w, int width, int units)
{
    const float *b = w + width * units;
    for (int i = 0; i < B; i++) memcpy(out + i * units, b, units * sizeof *b);
    cblas_sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, B, units, width, 1, in, width, w, units, 1, out, units);
}

static void relu(float *restrict h)
{
    for (int i = 0; i < B * H; i++) h[i] = h[i] > 0 ? h[i] : 0;
}

/// dw = inᵀ·dout, db = Σ dout, din = dout·wᵀ where in > 0 (it has passed a ReLU)
static void backward(float *restrict din, float *restrict dw, const float *restrict dout, const float *restrict in, const float *restrict w, int width, int units)
{
    cblas_sgemm(ROW_MAJOR, TRANSPOSE, NO_TRANSPOSE, width, units, B, 1, in, width, dout, units, 0, dw, units);
    float *db = dw + width * units;
    memset(db, 0, units * sizeof *db);
    for (int i = 0; i < B; i++)
        for (int j = 0; j < units; j++) db[j] += dout[i * units + j];
    if (!din) return;
    cblas_sgemm(ROW_MAJOR, NO_TRANSPOSE, TRANSPOSE, B, width, units, 1, dout, units, w, units, 0, din, width);
    for (int i = 0; i < B * width; i++) din[i] = in[i] > 0 ? din[i] : 0;
}

/// The loss; z becomes its gradient.
static float cross_entropy(void)
{
    float loss = 0;
    for (int i = 0; i < B; i++) {
        float *row = z + i * OUT, most = row[0], sum = 0, right;
        for (int j = 1; j < OUT; j++) most = row[j] > most ? row[j] : most;
        right = row[y[i]];
        for (int j = 0; j < OUT; j++) sum += row[j] = expf(row[j] - most);
        for (int j = 0; j < OUT; j++) row[j] = (row[j] / sum - (j == y[i])) / B;
        loss += logf(sum) + most - right;
    }
    return loss / B;
}

static void adam(int step)
{
    float unbias1 = 1 / (1 - powf(0.9f, step)), unbias2 = 1 / (1 - powf(0.999f, step));
    for (int i = 0; i < PARAMETERS; i++) {
        m[i] = 0.9f * m[i] + 0.1f * dp[i];
        v[i] = 0.999f * v[i] + 0.001f * dp[i] * dp[i];
        p[i] -= 1e-3f * (m[i] * unbias1) / (sqrtf(v[i] * unbias2) + 1e-8f);
    }
}

static float train(int step)
{
    const int second = IN * H + H, third = second + H * H + H;
    forward(h1, x, p, IN, H);
    relu(h1);
    forward(h2, h1, p + second, H, H);
    relu(h2);
    forward(z, h2, p + third, H, OUT);
    float loss = cross_entropy();
    backward(dh2, dp + third, z, h2, p + third, H, OUT);
    backward(dh1, dp + second, dh2, h1, p + second, H, H);
    backward(NULL, dp, dh1, x, p, IN, H);
    adam(step);
    return loss;
}

static void read_end(const char *folder, const char *name, void *to, long bytes)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, -bytes, SEEK_END) || fread(to, 1, bytes, file) != (size_t)bytes) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    fclose(file);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double s = *(const double *)a, t = *(const double *)b;
    return s < t ? -1 : s > t;
}

/// He's weights, no memory of earlier steps.
static void begin(void)
{
    for (int i = 0; i < PARAMETERS; i++) p[i] = (rand() / (float)RAND_MAX - 0.5f) * 2 * sqrtf(6.0f / (i < IN * H ? IN : H));
    memset(m, 0, sizeof m);
    memset(v, 0, sizeof v);
}

int main(int count, char **arguments)
{
    if (count == 4 && !strcmp(arguments[1], "prove")) {
        read_end(arguments[2], "weights.safetensors", p, sizeof p); // its tensors lie at the end, in the order of the layers
        read_end(arguments[2], "x", x, sizeof x);
        read_end(arguments[2], "y", y, sizeof y);
        for (int step = 1; step <= atoi(arguments[3]); step++) printf("%.9g\n", train(step));
        return 0;
    }
    for (int i = 0; i < B * IN; i++) x[i] = rand() / (float)RAND_MAX * 2 - 1;
    for (int i = 0; i < B; i++) y[i] = rand() % OUT;
    double rounds[ROUNDS], start = now();
    int steps = 0;
    for (begin(); now() - start < 0.4; steps++) train(steps % MOST_STEPS + 1);
    steps = steps / 8 + 1 > MOST_STEPS ? MOST_STEPS : steps / 8 + 1;
    for (int r = 0; r < ROUNDS; r++) {
        begin();
        start = now();
        for (int i = 1; i <= steps; i++) train(i);
        rounds[r] = (now() - start) / steps;
    }
    qsort(rounds, ROUNDS, sizeof *rounds, ascending);
    printf("%.9g\n", rounds[ROUNDS / 2]);
    return 0;
}
