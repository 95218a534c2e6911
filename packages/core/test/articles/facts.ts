/**
 * Worked examples of four articles, recomputed in f64: `expected` is what a correct implementation gives, `printed` what the
 * article prints. Facts only; the articles are named where their numbers stand. A single `tolerance` is absolute.
 */

/** "Back-propagation demystified in 7 minutes", https://towardsdatascience.com/back-propagation-demystified-in-7-minutes-4294d71a04d7 */
export const demystified = {
  squaredError: {
    inputs: { x: 3, w: 2, truth: 12 },
    expected: { prediction: 6, loss: 36, dLdw: -36, d2Ldw2: 18 },
    tolerance: 0,
  },
  closedForm: { inputs: { x: 3, truth: 12 }, expected: { w: 4, lossAtW: 0, newtonStepsFromW2: 1 }, tolerance: 1e-12 },
  learningRate: {
    inputs: { w0: 2, x: 3, truth: 12 },
    expected: {
      contractionFactor: '1-18*lr',
      after10: { lr0_001: 2.3321965282830823, lr0_05: 3.9999999998, lr1_18: 4, lr0_12: -4.822870157299828 },
      limits: { oneStep: 0.05555555555555555, divergesAbove: 0.1111111111111111 },
    },
    tolerance: 1e-9,
  },
  graph: {
    inputs: { a: 2, b: 1, ops: { c: 'a+b', d: 'b+1', f: 'c*d' } },
    expected: {
      c: 3,
      d: 2,
      f: 6,
      df_dc: 2,
      df_dd: 3,
      df_da: 2,
      df_db: 5,
      paths_to_b: [2, 3],
      edgesVisitedInReverse: 5,
    },
    tolerance: 0,
  },
  momentum: {
    inputs: {
      start: [1, 1],
      stop: 'Euclidean |w| < 1e-6',
      rule: 'v = mu*v - lr*grad; w = w + v',
      gd: { lr: 0.07692307692307693 },
      momentum: { lr: 0.1111111111111111, mu: 0.4444444444444444 },
    },
    expected: { gd: 177, momentum: 45 },
    tolerance: 0,
  },
} as const;

/** "A comprehensive guide to the backpropagation algorithm in neural networks", https://neptune.ai/blog/backpropagation-algorithm-in-neural-networks-guide */
export const guide = {
  neuron: { inputs: { N1: 4, w1: 0.5, b: 1 }, expected: { N2: 3 }, tolerance: 0 },
  absoluteError: { inputs: { desired: 4, predicted: 1.3 }, expected: { error: 2.7 }, tolerance: 1e-15 },
  forward: {
    inputs: { x: [0.1, 0.3], w: [0.5, 0.2], b: 1.83, desired: 0.03 },
    expected: { s: 1.9400000000000002, prediction: 0.8743521434846544, error: 0.3564652711035652 },
    printed: { s: 1.94, prediction: 0.874352143, error: 0.356465271, exp_minus_s: 0.143703949 },
    tolerance: { expected: 1e-15, printed: 1e-9 },
  },
  deltaRule: {
    inputs: { x: [0.1, 0.3], w: [0.5, 0.2], b: 1.83, desired: 0.03, eta: 0.01 },
    expected: { b: 1.8215564785651535, w1: 0.49915564785651534, w2: 0.19746694356954606 },
    printed: { b: 1.821556479, w1: 0.499155648, w2: 0.197466943 },
    tolerance: { expected: 1e-15, printed: 1.1e-9 },
  },
  chain: {
    inputs: { x: [0.1, 0.3], w: [0.5, 0.2], b: 1.83, desired: 0.03 },
    expected: {
      dE_dpred: 0.8443521434846544,
      dpred_ds: 0.10986047266844473,
      ds_dw1: 0.1,
      ds_dw2: 0.3,
      ds_db: 1,
      dE_dw1: 0.00927609255818386,
      dE_dw2: 0.02782827767455158,
      dE_db: 0.0927609255818386,
    },
    printed: { dE_dpred: 0.844352143, dpred_ds: 0.109860473, dE_dw1: 0.009276093, dE_dw2: 0.027828278 },
    tolerance: { expected: 1e-15, printed: 1e-9 },
  },
  update: {
    inputs: { x: [0.1, 0.3], w: [0.5, 0.2], b: 1.83, desired: 0.03, eta: 0.01 },
    expected: {
      w1: 0.49990723907441814,
      w2: 0.1997217172232545,
      b: 1.8215564785651535,
      s: 1.9314637176395717,
      prediction: 0.8734113427827976,
      error: 0.35567134656734084,
      decrease: 0.0007939245362243441,
    },
    printed: {
      w1: 0.49990723907,
      w2: 0.1997217172,
      s: 1.931463718067,
      prediction: 0.873411342830056,
      error: 0.35567134660719907,
      decrease: 0.0007939243928009043,
    },
    tolerance: { expected: 1e-15, printed: 5e-10 },
  },
  trueUpdate: {
    inputs: { x: [0.1, 0.3], w: [0.5, 0.2], b: 1.83, desired: 0.03, eta: 0.01 },
    expected: {
      b: 1.8290723907441817,
      s: 1.9389796298186,
      prediction: 0.874240002308523,
      error: 0.3563705907489474,
      decrease: 9.468035461779323e-5,
    },
    tolerance: 1e-15,
  },
  unitIncrease: {
    inputs: { x: [0.1, 0.3], w: [0.5, 0.2], b: 1.83, desired: 0.03, change: 1 },
    expected: {
      forecastW1: 0.00927609255818386,
      actualW1: 0.008990175224072638,
      forecastW2: 0.02782827767455158,
      actualW2: 0.02528436867040379,
    },
    tolerance: 1e-14,
  },
  quadraticPartial: { inputs: { X: 3, Z: 2, H: 5 }, expected: { Y: 23, dY_dX: 12, dY_dZ: 9, dY_dH: 1 }, tolerance: 0 },
  eightyThousand: {
    inputs: { x: [0.1, 0.4], target: 0.7, lr: 0.01, iterations: 80000, w0: [0.4, 0.588746143] },
    expected: {
      prediction: 0.6999994386664375,
      error: 3.150953682878443e-13,
      finalW: [0.7363510179837974, 1.934150214935202],
      trace: {
        '0': { prediction: 0.5684422670025344, error: 0.01730743711143243 },
        '9': { prediction: 0.5686843016182518, error: 0.017243812641486257 },
        '99': { prediction: 0.5710767429428899, error: 0.016621206210213676 },
        '999': { prediction: 0.5924258060571457, error: 0.011572207202454826 },
        '9999': { prediction: 0.6780119022194456, error: 0.00048347644400721814 },
        '19999': { prediction: 0.6953853122306973, error: 2.1295343208151262e-5 },
        '39999': { prediction: 0.6997737888366712, error: 5.117149041455596e-8 },
      },
    },
    printed: { prediction: 0.6999994386664375, error: 3.150953682878443e-13 },
    tolerance: { prediction: 1.2e-16, errorRelative: 5e-10, finalW: 1e-9, trace: 1e-10 },
  },
  vanishing: {
    inputs: { x: 0.5, depths: [1, 5, 10, 20, 50] },
    expected: {
      depth1: { value: 0.6224593312018546, derivative: 0.2350037122015945, bound: 0.25 },
      depth5: { value: 0.6589521000392728, derivative: 0.0006079862743106368, bound: 0.0009765625 },
      depth10: { value: 0.6590460145745493, derivative: 3.4831156097851636e-7, bound: 9.5367431640625e-7 },
      depth20: { value: 0.659046068407389, derivative: 1.143095886693206e-13, bound: 9.094947017729282e-13 },
      depth50: { value: 0.6590460684074066, derivative: 4.0404240774138065e-33, bound: 7.888609052210118e-31 },
    },
    tolerance: { relative: 1e-13 },
  },
  exploding: {
    inputs: { w: [0.5, 0.9, 1, 1.1, 1.5], steps: 50 },
    expected: {
      'w0.5': { steps50: 8.881784197001252e-16 },
      'w0.9': { steps50: 0.00515377520732012 },
      w1: { steps50: 1 },
      'w1.1': { steps50: 117.39085287969579 },
      'w1.5': { steps50: 637621500.2140496 },
    },
    tolerance: { relative: 1e-13 },
  },
  throughTime: {
    inputs: { w: 0.8, u: 0.5, b: 0.1, x: [0.5, -0.3, 0.8, 0.1], y: 0.3, h0: 0 },
    expected: {
      h: [0.3363755443363322, 0.21566050181386168, 0.5866406018068158, 0.5506491569416446],
      loss: 0.0314124999377786,
      dw: 0.1457302430995308,
      du: 0.09459921500628513,
      db: 0.3857740102555657,
      dh0: 0.03967335953211457,
      dz_from_last_to_first: [0.17464869963789498, 0.09163507154152935, 0.06989853966099821, 0.049591699415143214],
    },
    tolerance: 1e-14,
  },
  orthogonalTargets: {
    inputs: { rotation: 0.7, h1: [0.3, -0.6], y: [1, 0], eta: 0.1 },
    expected: {
      h2: [0.6159832685279611, -0.26564000619938577],
      target2: [0.654384941675165, -0.2390760055794472],
      target1: [0.3464842187284488, -0.6044217687237691],
      backpropGradAtH1: [-0.46484218728448845, 0.04421768723769101],
      target1MinusH1: [0.04648421872844882, -0.004421768723769093],
    },
    tolerance: 1e-15,
  },
  independence: {
    inputs: {
      X: [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      Y_xor: [
        [1, 0],
        [0, 1],
        [0, 1],
        [1, 0],
      ],
      Y_firstBit: [
        [1, 0],
        [1, 0],
        [0, 1],
        [0, 1],
      ],
    },
    expected: {
      hsic_X_X: 0.09145793917871886,
      hsic_X_xor: 0.021747492807773366,
      hsic_X_firstBit: 0.08879475575416179,
      nhsic_X_xor: 0.9997100686877461,
      nhsic_X_firstBit: 0.9999050884034277,
      nhsic_xor_xor: 0.9999367239325763,
    },
    tolerance: 1e-9,
  },
  syntheticGradient: {
    inputs: { W: [[0.5, -1, 2]] },
    expected: {
      A: [
        [0.5, -1, 2],
        [-1, 2, -4],
        [2, -4, 8],
      ],
      B: [-1, 2, -4],
    },
    tolerance: 1e-15,
  },
  multilayer: {
    inputs: {
      x: [0.1, 0.4, 4.1],
      y: [0.2],
      netArch: [7, 5, 4],
      maxIter: 500,
      learningRate: 0.7,
      tolerance: 1e-7,
      predict: [0.2, 3.1, 1.7],
    },
    expected: {
      '0': {
        elapsed_iter: 117,
        firstError: 0.2242707855589602,
        errorAt10: 0.0019906538340109864,
        lastError: 9.262520733128542e-15,
        predictNew: 0.1998063951574468,
        firstStepGradNorms: [0.0006007479387470716, 0.0016117006854284128, 0.020164200408677457, 0.367403930752202],
      },
      '1': {
        elapsed_iter: 125,
        firstError: 0.5181865761913286,
        errorAt10: 0.014941968005034527,
        lastError: 9.612178619622421e-15,
        predictNew: 0.19915987251911388,
        firstStepGradNorms: [0.003544074003922955, 0.003891239319776399, 0.033212282099541704, 0.18818317893020112],
      },
      '42': {
        elapsed_iter: 125,
        firstError: 0.29683850012957885,
        errorAt10: 0.002886087137933918,
        lastError: 8.324446875752453e-15,
        predictNew: 0.20014911800159774,
        firstStepGradNorms: [0.0014097382293106787, 0.0026056391990220066, 0.06736875122884704, 0.3614524375274512],
      },
    },
    firstWeights: {
      '0': [0.5488135039273248, 0.7151893663724195, 0.6027633760716439],
      '1': [0.417022004702574, 0.7203244934421581, 0.00011437481734488664],
      '42': [0.3745401188473625, 0.9507143064099162, 0.7319939418114051],
    },
    tolerance: { counts: 0, relative: 1e-9, lastErrorRelative: 1e-6 },
  },
} as const;

/** "Understanding neural networks and backpropagation, part I", https://towardsdatascience.com/understanding-neural-networks-and-backpropagation-part-i-89c2c12d72cb */
export const reluNetworks = {
  samples: {
    inputs: { generator: 'mulberry32', seed: 887, n: 400, scale: 4 },
    expected: {
      first5: [2.828455706126988, 2.0606826059520245, 1.2753404024988413, 0.48294116742908955, 2.2253216486424208],
    },
    tolerance: 0,
  },
  fourSlopes: {
    inputs: { w: [2, -1, -2, -1], b: [0, -1, -2, -3], x: [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4] },
    expected: { y: [0, 1, 2, 2.5, 3, 2.5, 2, 1, 0], slopes: [2, 1, -1, -2], kinks: [0, 1, 2, 3] },
    tolerance: 0,
  },
  gradient: {
    inputs: { x: 2.5, w: [1, 0.5], b: [-0.5, -1], bout: 0, ref: '2*relu(x)-4*relu(x-2)' },
    expected: { net: 2.75, ref: 3, delta: 0.25, de_dw: [-1, -0.75], de_db: [-0.5, -0.25], de_dbout: -0.5 },
    tolerance: 1e-15,
  },
  phases: {
    inputs: { case: 's4-ex2', draws: [1, 20], lr: 0.01 },
    expected: { slope0: 5, slope1: 20, slope1_84: 321 },
    printed: { slope0: 4, slope1: 16, slope1_84: 316 },
    tolerance: { expected: { slope0: 0, slope1: 0, slope1_84: 0 }, printed: { slope0: 2, slope1: 7, slope1_84: 25 } },
  },
  excursions: {
    inputs: { case: 's4-ex3', draws: [1, 200], lr: 0.01 },
    expected: { b1max: 1.226578471984618, b2max: 0.0958419910431727, b2min: -2.1631973104598647 },
    range: {
      b1max: [1.130767621344467, 1.3247652066648168],
      b2max: [0.01906359559283462, 0.1764177109471289],
      b2min: [-2.2421579913693237, -2.113767040761054],
    },
    printed: { b1max: 1.25, b2max: 0.14, b2min: -2.16 },
    tolerance: { expected: 1e-9, range: 1e-9, printed: 0.12 },
  },
  escape: {
    inputs: {
      case: 's4-ex4',
      draws: [1, 60],
      iterations: [20000, 200000],
      stop: 'mean squared error over the 400 samples < 1e-3',
    },
    expected: {
      '0.01': [0, 0],
      '0.0175': [6, 39],
      '0.02': [35, 59],
      '0.025': [60, 60],
      '0.03': [60, 60],
      '0.035': [59, 59],
      '0.04': [57, 57],
      '0.05': [1, 1],
    },
    tolerance: 0,
  },
  training: {
    example2: {
      inputs: { ref: { w: [2], b: [-1] }, b0: [0], w0: [-0.6], lr: 0.01, iterations: 800, samples: 400 },
      expected: {
        draw887: { b: [-0.9957452448048426], w: [1.9949750795515233], mse: 1.5155070254363452e-5 },
        draw20: { b: [-0.9961374574536663], w: [1.9956346251605186], mse: 1.1882372048477442e-5 },
      },
      printed: { b: [-1], w: [2] },
      tolerance: { expected: 1e-9, printedForDraw887: 0.07, printedForMedian: 0.09 },
    },
    example3: {
      inputs: {
        ref: { w: [2, -4], b: [0, -2] },
        b0: [0, -0.2],
        w0: [0, 0.08],
        lr: 0.01,
        iterations: 3601,
        samples: 400,
      },
      expected: {
        draw887: {
          b: [0.02034086720332337, -2.008920792649205],
          w: [1.9539459088185895, -3.934217579173732],
          mse: 0.00042382942373543305,
        },
        draw20: {
          b: [0.024058616448159213, -2.004243829871523],
          w: [1.9540301230754817, -3.930466399992915],
          mse: 0.00047408027163980027,
        },
      },
      printed: { b: [0, -2], w: [2, -4] },
      tolerance: { expected: 1e-9, printedForDraw887: 0.07, printedForMedian: 0.1 },
    },
    example4: {
      inputs: {
        ref: { w: [2, -1, -2, -1], b: [0, -1, -2, -3] },
        b0: [-0.002, -0.5, -1, -1.5],
        w0: [0.001, 0.04, 0.07, 0.1],
        lr: 0.01,
        iterations: 20000,
        samples: 400,
      },
      expected: {
        draw887: {
          b: [0.0481125942728708, -0.021600346884107852, -1.2571838493305225, -2.2560540547857486],
          w: [1.3733684446140528, 0.5353759700408024, -1.322212121896038, -2.147847340493353],
          mse: 0.01712116167495628,
        },
        draw20: {
          b: [0.06263951722014004, -0.07275647675671022, -1.2784021338857745, -2.224826094712731],
          w: [1.349089296450995, 0.5475112519375971, -1.3472726204651841, -2.1222048240462468],
          mse: 0.00996352393858957,
        },
      },
      printed: { b: [0, 0, -1.22, -2.22], w: [1.42, 0.5, -1.33, -2.1] },
      tolerance: { expected: 1e-9, printedForDraw887: 0.07, printedForMedian: 0.13 },
    },
    solution1: {
      inputs: {
        ref: { w: [2, -1, -2, -1], b: [0, -1, -2, -3] },
        b0: [0, -0.75, -1.5, -2.24],
        w0: [0, 0.02, 0.05, 0.08],
        lr: 0.01,
        iterations: 19200,
        samples: 400,
      },
      expected: {
        draw887: {
          b: [0.011009384099747749, -1.0351192893590786, -1.9565487776286163, -2.9095633264224374],
          w: [1.9379566556585626, -0.9442851589041401, -1.8229437202076197, -1.1784570821205638],
          mse: 0.000968171434606082,
        },
        draw20: {
          b: [0.00817158564930707, -1.0281653469237328, -1.9756829923125243, -2.905618927274681],
          w: [1.9709104579459915, -0.9946592294292967, -1.8054987116805856, -1.1800756091897913],
          mse: 0.0005148787722194053,
        },
      },
      printed: { b: [0, -1, -1.97, -2.93], w: [1.96, -0.99, -1.82, -1.15] },
      tolerance: { expected: 1e-9, printedForDraw887: 0.07, printedForMedian: 0.09 },
    },
    solution2: {
      inputs: {
        ref: { w: [2, -1, -2, -1], b: [0, -1, -2, -3] },
        b0: [0, -0.4, -0.8, -1.2, -1.6],
        w0: [-0.08, -0.06, -0.02, 0.02, 0.06],
        lr: 0.01,
        iterations: 20000,
        samples: 400,
      },
      expected: {
        draw887: {
          b: [0.014134294676843063, -0.01607119693218608, -1.0456744719224325, -1.971870510856788, -2.879118261051935],
          w: [1.2623888509845684, 0.7065990210799418, -1.0602714375843052, -1.7133511365812784, -1.1831718554295927],
          mse: 0.001901586603210975,
        },
        draw20: {
          b: [0.039091688565389436, -0.0620323720351164, -1.031184972046494, -1.9751616470599942, -2.8723266438529365],
          w: [1.2633753386121584, 0.7302117216633581, -1.0442254091751402, -1.7344845368324182, -1.2094274174155717],
          mse: 0.0007449992072173317,
        },
      },
      printed: { b: [0, 0, -1, -2, -2.89], w: [1.24, 0.72, -1.05, -1.67, -1.25] },
      tolerance: { expected: 1e-9, printedForDraw887: 0.07, printedForMedian: 0.09 },
    },
    solution3: {
      inputs: {
        ref: { w: [2, -1, -2, -1], b: [0, -1, -2, -3] },
        b0: [0, -0.6, -1.2, -1.8, -2.4],
        w0: [-0.06, -0.04, -0.02, 0.02, 0.06],
        lr: 0.01,
        iterations: 12400,
        samples: 400,
      },
      expected: {
        draw887: {
          b: [0.02537553112654614, -0.04994343769895358, -1.075737840830468, -1.9852169536655866, -2.8719332874949353],
          w: [1.4355739858570904, 0.5205070346907147, -1.0928065452972917, -1.6683342973940078, -1.1713300042394952],
          mse: 0.0019480777123258742,
        },
        draw20: {
          b: [0.0375684477616019, -0.0944069458459205, -1.0786720127124638, -1.9780847769328207, -2.8377986847534866],
          w: [1.474519686841247, 0.5012221207297086, -1.0875041652663262, -1.624836961792759, -1.2354220195859824],
          mse: 0.0011327523188678866,
        },
      },
      printed: { b: [0.022, -0.04, -1.08, -1.99, -2.89], w: [1.43, 0.54, -1.1, -1.69, -1.16] },
      tolerance: { expected: 1e-9, printedForDraw887: 0.07, printedForMedian: 0.09 },
    },
  },
} as const;

/** "Neural network back-propagation revisited (with ordinary differential equations)", https://towardsdatascience.com/neural-network-back-propagation-revisited-892f42320d31 */
export const differentialEquations = {
  flowEquation: {
    inputs: { C: '(3w-12)^2', w0: 2, eta: 0.01, steps: 10 },
    expected: { wEuler: 3.7251039373280785 },
    tolerance: 1e-12,
  },
  camel: {
    inputs: { f: '(4-2.1*x^2+x^4/3)*x^2 + x*y + (-4+4*y^2)*y^2' },
    expected: {
      at00: { f: 0, hessianEigenvalues: [-8.06225774829855, 8.06225774829855], kind: 'saddle' },
      globalMinima: [
        [0.08984201368301331, -0.7126564032704135],
        [-0.08984201368301331, 0.7126564032704135],
      ],
      fMin: -1.031628453489877,
    },
    tolerance: 1e-9,
  },
  goldsteinPrice: {
    inputs: {
      f: '(1+(x+y+1)^2*(19-14*x+3*x^2-14*y+6*x*y+3*y^2)) * (30+(2*x-3*y)^2*(18-32*x+12*x^2+48*y-36*x*y+27*y^2))',
    },
    expected: {
      globalMinimum: [0, -1],
      fMin: 3,
      otherMinima: [
        { at: [-0.6, -0.4], f: 30 },
        { at: [1.8, 0.2], f: 84 },
        { at: [1.2, 0.8], f: 840 },
      ],
    },
    tolerance: 1e-9,
  },
  digits: {
    inputs: {
      W1: '0.05*sin(0.1*i+0.7*j)',
      W2: '0.3*cos(j+2*k)',
      b: 0,
      indices: 'i input 0..783, j hidden 0..29, k output 0..4, all from 0',
      adam: 'beta 0.9, 0.999, epsilon 1e-8',
      hessian: 'hessianTimesUnitGradNorm and gHg use g/|g|',
    },
    expected: {
      trainLoss: 1.607246852804779,
      gradNorm: 1.9664564035830088,
      hessianTimesUnitGradNorm: 10.36060393101583,
      gHg: 6.315537322893962,
      valLoss: 1.608996563028749,
      valAcc: 0.218,
      gd_lr0_3_after20: 0.4086730904025163,
      adam_lr0_005_after20: 0.2931700329566473,
    },
    tolerance: 1e-8,
  },
} as const;
