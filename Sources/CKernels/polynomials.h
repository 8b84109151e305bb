// Minimax polynomials, written by polynomials.py: do not edit. Each comment gives the function, the interval and the
// largest error, relative to the result that the polynomial is part of. _single: in double, for results in float.
#pragma once

// clang-format off

/// (exp(r) - 1 - r)/r^2, |r| <= log(2)/2: 2^-55.64
SK_INLINE double sk_polynomial_exp_f64(double x) {
  double p = 0x1.af76b36d6495bp-26;
  p = p * x + 0x1.28a2aba703fe3p-22;
  p = p * x + 0x1.71dde9fea19e3p-19;
  p = p * x + 0x1.a019a685ba1fap-16;
  p = p * x + 0x1.a01a01b5dc61ep-13;
  p = p * x + 0x1.6c16c17f37739p-10;
  p = p * x + 0x1.111111110e6c4p-7;
  p = p * x + 0x1.55555555520f4p-5;
  p = p * x + 0x1.555555555555cp-3;
  p = p * x + 0x1.0000000000005p-1;
  return p;
}

/// (exp(r) - 1 - r)/r^2, |r| <= log(2)/2: 2^-26.17
SK_INLINE float sk_polynomial_exp_f32(float x) {
  float p = 0x1.6d98ae0000000p-10f;
  p = p * x + 0x1.1228020000000p-7f;
  p = p * x + 0x1.5554880000000p-5f;
  p = p * x + 0x1.5554b00000000p-3f;
  p = p * x + 0x1.0000000000000p-1f;
  return p;
}

/// (exp(r) - 1 - r)/r^2, |r| <= log(2)/2: 2^-31.98
SK_INLINE double sk_polynomial_exp_single(double x) {
  double p = 0x1.a1a1c429aa4a0p-13;
  p = p * x + 0x1.6d748659b7863p-10;
  p = p * x + 0x1.11108f4b9e683p-7;
  p = p * x + 0x1.5554add48172fp-5;
  p = p * x + 0x1.5555558944247p-3;
  p = p * x + 0x1.00000027dcf71p-1;
  return p;
}

/// (log((1+s)/(1-s)) - 2s)/s^3 in z = s^2, |s| <= 3 - 2 sqrt(2): 2^-59.49
SK_INLINE double sk_polynomial_log_f64(double x) {
  double p = 0x1.2f0680b8ba968p-3;
  p = p * x + 0x1.39a19fcc9c661p-3;
  p = p * x + 0x1.74663fe36a1fdp-3;
  p = p * x + 0x1.c71c5204f5407p-3;
  p = p * x + 0x1.24924941f5f68p-2;
  p = p * x + 0x1.999999997fd71p-2;
  p = p * x + 0x1.5555555555592p-1;
  return p;
}

/// (log((1+s)/(1-s)) - 2s)/s^3 in z = s^2, |s| <= 3 - 2 sqrt(2): 2^-30.21
SK_INLINE float sk_polynomial_log_f32(float x) {
  float p = 0x1.31e3100000000p-2f;
  p = p * x + 0x1.995eba0000000p-2f;
  p = p * x + 0x1.55557a0000000p-1f;
  return p;
}

/// (log((1+s)/(1-s)) - 2s)/s^3 in z = s^2, |s| <= 3 - 2 sqrt(2): 2^-37.6
SK_INLINE double sk_polynomial_log_single(double x) {
  double p = 0x1.e2f6f7a4dcc8cp-3;
  p = p * x + 0x1.2438d46cb0872p-2;
  p = p * x + 0x1.999a7a93ee46ep-2;
  p = p * x + 0x1.555554fd9a148p-1;
  return p;
}

/// (log((1+s)/(1-s)) - 2s - 2s^3/3)/s^5 in z = s^2: 2^-73.43
SK_INLINE double sk_polynomial_pow_f64(double x) {
  double p = 0x1.ea8dc5b397dcfp-4;
  p = p * x + 0x1.de44de306cfafp-4;
  p = p * x + 0x1.11203ad8a72ddp-3;
  p = p * x + 0x1.3b1366539ebc2p-3;
  p = p * x + 0x1.745d1822ae1a9p-3;
  p = p * x + 0x1.c71c71c5a6ec6p-3;
  p = p * x + 0x1.2492492492eaap-2;
  p = p * x + 0x1.9999999999996p-2;
  return p;
}

/// (tanh(x) - x)/x^3 in z = x^2, |x| <= 0.55: 2^-55.53
SK_INLINE double sk_polynomial_tanh_f64(double x) {
  double p = 0x1.ac7e1223d7365p-15;
  p = p * x + -0x1.b93926a4c46b6p-13;
  p = p * x + 0x1.2faa2ad705ff6p-11;
  p = p * x + -0x1.7cf518f951723p-10;
  p = p * x + 0x1.d6c642e734617p-9;
  p = p * x + -0x1.226dde8215137p-7;
  p = p * x + 0x1.664f45cf5c118p-6;
  p = p * x + -0x1.ba1ba1adb9982p-5;
  p = p * x + 0x1.1111111102fd6p-3;
  p = p * x + -0x1.55555555554a4p-2;
  return p;
}

/// (tanh(x) - x)/x^3 in z = x^2, |x| <= 0.55: 2^-29.9
SK_INLINE float sk_polynomial_tanh_f32(float x) {
  float p = -0x1.9baf240000000p-8f;
  p = p * x + 0x1.5954a60000000p-6f;
  p = p * x + -0x1.b92b840000000p-5f;
  p = p * x + 0x1.110d3a0000000p-3f;
  p = p * x + -0x1.55554c0000000p-2f;
  return p;
}

/// (sinh(x) - x)/x^3 in z = x^2, |x| <= 1: 2^-63.21
SK_INLINE double sk_polynomial_sinh_f64(double x) {
  double p = 0x1.b4cf82854c101p-41;
  p = p * x + 0x1.611a3a0142b00p-33;
  p = p * x + 0x1.ae646766d4908p-26;
  p = p * x + 0x1.71de3a45f6d0ap-19;
  p = p * x + 0x1.a01a01a029200p-13;
  p = p * x + 0x1.11111111110a1p-7;
  p = p * x + 0x1.5555555555556p-3;
  return p;
}

/// (sinh(x) - x)/x^3 in z = x^2, |x| <= 1: 2^-34.05
SK_INLINE float sk_polynomial_sinh_f32(float x) {
  float p = 0x1.7a26720000000p-19f;
  p = p * x + 0x1.9ffe120000000p-13f;
  p = p * x + 0x1.1111360000000p-7f;
  p = p * x + 0x1.5555560000000p-3f;
  return p;
}

/// (atan(x) - x)/x^3 in z = x^2, |x| <= 1: 2^-57.75
SK_INLINE double sk_polynomial_atan_f64(double x) {
  double p = 0x1.c49c3b242312fp-17;
  p = p * x + -0x1.449f9b2e42275p-13;
  p = p * x + 0x1.ba37b8e4f006ap-11;
  p = p * x + -0x1.7ea2cc1680d38p-9;
  p = p * x + 0x1.dc00e655fcc42p-8;
  p = p * x + -0x1.ca95099cdc1eap-7;
  p = p * x + 0x1.69d7190548f65p-6;
  p = p * x + -0x1.eb48050583c1dp-6;
  p = p * x + 0x1.2c97badab8b7ap-5;
  p = p * x + -0x1.59d7c1fe19874p-5;
  p = p * x + 0x1.82ee9c6f7952fp-5;
  p = p * x + -0x1.ae64479ac88dap-5;
  p = p * x + 0x1.e1bcf669ad525p-5;
  p = p * x + -0x1.110e6d76096acp-4;
  p = p * x + 0x1.3b136a1394c59p-4;
  p = p * x + -0x1.745d11fad4c07p-4;
  p = p * x + 0x1.c71c7184220b4p-4;
  p = p * x + -0x1.24924923921f0p-3;
  p = p * x + 0x1.9999999995ae0p-3;
  p = p * x + -0x1.555555555552ap-2;
  return p;
}

/// (atan(x) - x)/x^3 in z = x^2, |x| <= 1: 2^-28.7
SK_INLINE float sk_polynomial_atan_f32(float x) {
  float p = -0x1.df072a0000000p-10f;
  p = p * x + 0x1.6a944c0000000p-7f;
  p = p * x + -0x1.01b1ba0000000p-5f;
  p = p * x + 0x1.dd11060000000p-5f;
  p = p * x + -0x1.58dd180000000p-4f;
  p = p * x + 0x1.c0d2bc0000000p-4f;
  p = p * x + -0x1.2426fe0000000p-3f;
  p = p * x + 0x1.9992760000000p-3f;
  p = p * x + -0x1.5555400000000p-2f;
  return p;
}

/// (asin(x) - x)/x^3 in z = x^2, |x| <= 1/2: 2^-55.87
SK_INLINE double sk_polynomial_asin_f64(double x) {
  double p = 0x1.05cd714066c85p-5;
  p = p * x + -0x1.0af21ab2bce64p-6;
  p = p * x + 0x1.40b01764187f8p-6;
  p = p * x + 0x1.aab65e6529707p-8;
  p = p * x + 0x1.8ee453e5b29d1p-7;
  p = p * x + 0x1.c6f88ae63379dp-7;
  p = p * x + 0x1.1c6c2708fa0d3p-6;
  p = p * x + 0x1.6e89ef87048b8p-6;
  p = p * x + 0x1.f1c72c6cadbc6p-6;
  p = p * x + 0x1.6db6db41d63dep-5;
  p = p * x + 0x1.333333336f83bp-4;
  p = p * x + 0x1.5555555555387p-3;
  return p;
}

/// (asin(x) - x)/x^3 in z = x^2, |x| <= 1/2: 2^-31.72
SK_INLINE float sk_polynomial_asin_f32(float x) {
  float p = 0x1.33ba9a0000000p-5f;
  p = p * x + 0x1.d7f60e0000000p-7f;
  p = p * x + 0x1.04a60e0000000p-5f;
  p = p * x + 0x1.6cac460000000p-5f;
  p = p * x + 0x1.33388e0000000p-4f;
  p = p * x + 0x1.55554c0000000p-3f;
  return p;
}

/// (sin(x) - x)/x^3 in z = x^2, |x| <= pi/4: 2^-58.01
SK_INLINE double sk_polynomial_sin_f64(double x) {
  double p = 0x1.5d92fc01b5adep-33;
  p = p * x + -0x1.ae5e662b44ba5p-26;
  p = p * x + 0x1.71de3577a6c0bp-19;
  p = p * x + -0x1.a01a019c118e4p-13;
  p = p * x + 0x1.111111110f87ap-7;
  p = p * x + -0x1.5555555555549p-3;
  return p;
}

/// (sin(x) - x)/x^3 in z = x^2, |x| <= pi/4: 2^-37.57
SK_INLINE double sk_polynomial_sin_single(double x) {
  double p = 0x1.6cd83d9aac86dp-19;
  p = p * x + -0x1.a00f9d420baa8p-13;
  p = p * x + 0x1.11110895e69b8p-7;
  p = p * x + -0x1.5555554cb9a03p-3;
  return p;
}

/// (cos(x) - 1 + x^2/2)/x^4 in z = x^2, |x| <= pi/4: 2^-64.22
SK_INLINE double sk_polynomial_cos_f64(double x) {
  double p = -0x1.8faea2f5f9da9p-37;
  p = p * x + 0x1.1ee9ebf5ad3b6p-29;
  p = p * x + -0x1.27e4f80a02ed0p-22;
  p = p * x + 0x1.a01a019cb1d71p-16;
  p = p * x + -0x1.6c16c16c1517fp-10;
  p = p * x + 0x1.555555555554cp-5;
  return p;
}

/// (cos(x) - 1 + x^2/2)/x^4 in z = x^2, |x| <= pi/4: 2^-43.19
SK_INLINE double sk_polynomial_cos_single(double x) {
  double p = -0x1.242ae63ed0a0bp-22;
  p = p * x + 0x1.a011206da7c20p-16;
  p = p * x + -0x1.6c16b8990f02cp-10;
  p = p * x + 0x1.5555554f4e385p-5;
  return p;
}

/// erf(x)/x - 1 in z = x^2, |x| <= 1: 2^-62.78
SK_INLINE double sk_polynomial_erf_f64(double x) {
  double p = 0x1.06274f38868aep-34;
  p = p * x + -0x1.38ac1e71a39ffp-30;
  p = p * x + 0x1.f7b99c00fbdf5p-27;
  p = p * x + -0x1.5f1f40d1c813bp-23;
  p = p * x + 0x1.b9df3056ccb1dp-20;
  p = p * x + -0x1.f4d1e4342aca6p-17;
  p = p * x + 0x1.f9a321e4aee7cp-14;
  p = p * x + -0x1.c02db3db49110p-11;
  p = p * x + 0x1.565bcd0dbd8f8p-8;
  p = p * x + -0x1.b82ce31284f37p-6;
  p = p * x + 0x1.ce2f21a042b34p-4;
  p = p * x + -0x1.812746b0379e6p-2;
  p = p * x + 0x1.06eba8214db69p-3;
  return p;
}

/// erf(x)/x - 1 in z = x^2, |x| <= 1: 2^-29.66
SK_INLINE float sk_polynomial_erf_f32(float x) {
  float p = 0x1.4ae4900000000p-14f;
  p = p * x + -0x1.a485d60000000p-11f;
  p = p * x + 0x1.5419f20000000p-8f;
  p = p * x + -0x1.b7fbb40000000p-6f;
  p = p * x + 0x1.ce2d200000000p-4f;
  p = p * x + -0x1.81273e0000000p-2f;
  p = p * x + 0x1.06eba80000000p-3f;
  return p;
}

/// (1 + 2a) exp(a^2) erfc(a) - 1 in t = (a - 4)/(a + 4), 0.45 <= a <= 28: 2^-58.22
SK_INLINE double sk_polynomial_erfcx_f64(double x) {
  double p = -0x1.623207349b133p-27;
  p = p * x + -0x1.9fddf13864848p-27;
  p = p * x + 0x1.c3a5f8ea8c4c6p-24;
  p = p * x + 0x1.1e682f5196878p-24;
  p = p * x + -0x1.b93b7b5bca969p-21;
  p = p * x + 0x1.421582844e044p-22;
  p = p * x + 0x1.7f10a86cb82f1p-18;
  p = p * x + -0x1.78a60394c82f5p-17;
  p = p * x + -0x1.9957c7e20584dp-16;
  p = p * x + 0x1.3be0e4ab456d9p-13;
  p = p * x + -0x1.a1df2c2b7a58bp-13;
  p = p * x + -0x1.8d4aa253c2c68p-11;
  p = p * x + 0x1.49c67289b8ccfp-8;
  p = p * x + -0x1.0962387ca02bep-6;
  p = p * x + 0x1.3079edf68353dp-5;
  p = p * x + -0x1.0fb06dfe70c96p-4;
  p = p * x + 0x1.7fee004e1217cp-4;
  p = p * x + -0x1.9ddb23c3e7925p-4;
  p = p * x + 0x1.16ecefcfa53bbp-4;
  p = p * x + 0x1.f7f5df66fd4f6p-7;
  p = p * x + -0x1.1df1ad154a28ep-3;
  p = p * x + 0x1.dd2c8b74febf6p-3;
  return p;
}

/// the same in t = (a - 3)/(a + 3), 0 <= a <= 11: 2^-28.28
SK_INLINE double sk_polynomial_erfcx_single(double x) {
  double p = -0x1.102091614048ep-12;
  p = p * x + -0x1.8c86b7edb1dcdp-11;
  p = p * x + 0x1.07e50fd1baf93p-9;
  p = p * x + 0x1.4f65fd7b7a626p-9;
  p = p * x + -0x1.8608f4b9be969p-6;
  p = p * x + 0x1.17bdc1decd02dp-4;
  p = p * x + -0x1.e8870b462ace6p-4;
  p = p * x + 0x1.09841c9b9e0dep-3;
  p = p * x + -0x1.85a1c5b7c8bf2p-5;
  p = p * x + -0x1.15c089eb8af27p-3;
  p = p * x + 0x1.03148b7c6c152p-2;
  return p;
}

/// the same in t = (a - 3)/(a + 3), 1 <= a <= 4: 2^-27.15
SK_INLINE float sk_polynomial_erfcx_f32(float x) {
  float p = -0x1.8d69de0000000p-6f;
  p = p * x + 0x1.1904e80000000p-4f;
  p = p * x + -0x1.e8225a0000000p-4f;
  p = p * x + 0x1.0982980000000p-3f;
  p = p * x + -0x1.85a5e00000000p-5f;
  p = p * x + -0x1.15c0880000000p-3f;
  p = p * x + 0x1.03148c0000000p-2f;
  return p;
}
