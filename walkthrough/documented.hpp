#pragma once

#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

// What the notebook prints, chapter by chapter, under the notebook's names. The texts are
// PyTorch's; the float32 behind them come from PyTorch 1.13 on a CPU, which prints every text of
// this file in every character unless a comment says otherwise.
namespace walkthrough {

struct Documented {
  std::vector<std::size_t> shape;
  std::string_view text;      // what the notebook prints
  std::vector<float> values;  // the float32 behind the text, row by row

  // A computed value may differ from its float32 by this much, times the value where that is above
  // one: sums in another order end in other last digits.
  double bound = 1e-6;
};

namespace documented_values {

namespace simplified_self_attention {

// Six tokens, three embedding dimensions.
inline const Documented inputs{
    {6, 3},
    R"(tensor([[0.4300, 0.1500, 0.8900],
        [0.5500, 0.8700, 0.6600],
        [0.5700, 0.8500, 0.6400],
        [0.2200, 0.5800, 0.3300],
        [0.7700, 0.2500, 0.1000],
        [0.0500, 0.8000, 0.5500]]))",
    {0.430000007F, 0.150000006F, 0.889999986F, 0.550000012F, 0.870000005F, 0.660000026F,
     0.569999993F, 0.850000024F, 0.639999986F, 0.219999999F, 0.579999983F, 0.330000013F,
     0.769999981F, 0.25F, 0.100000001F, 0.0500000007F, 0.800000012F, 0.550000012F}};

// Step 1: dot product of every token with the query.
inline const Documented attn_scores_2{
    {6},
    "tensor([0.9544, 1.4950, 1.4754, 0.8434, 0.7070, 1.0865])",
    {0.954400063F, 1.49500012F, 1.47540009F, 0.843400002F, 0.707000017F, 1.08650005F}};

// Side note: a dot product is the sum of the element-wise products.
inline const Documented dot_of_first_and_query{{}, "tensor(0.9544)", {0.954400063F}};

// Step 2, first try: scores divided by their sum.
inline const Documented attn_weights_2_tmp{
    {6},
    "tensor([0.1455, 0.2278, 0.2249, 0.1285, 0.1077, 0.1656])",
    {0.14545013F, 0.227837324F, 0.224850282F, 0.128533766F, 0.107746474F, 0.165582106F}};

// Their sum: not exactly one in float32, hence '1.0000' and not '1.'.
inline const Documented attn_weights_2_tmp_sum{{}, "tensor(1.0000)", {1.00000012F}};

// Step 2: exp of the scores over the sum of the exps.
inline const Documented attn_weights_2_naive{
    {6},
    "tensor([0.1385, 0.2379, 0.2333, 0.1240, 0.1082, 0.1581])",
    {0.138547584F, 0.237891331F, 0.233274058F, 0.123991594F, 0.108181879F, 0.158113614F}};

// Their sum.
inline const Documented attn_weights_2_naive_sum{{}, "tensor(1.)", {1}};

// Step 2: softmax.
inline const Documented attn_weights_2_softmax{
    {6},
    "tensor([0.1385, 0.2379, 0.2333, 0.1240, 0.1082, 0.1581])",
    {0.13854757F, 0.237891302F, 0.233274028F, 0.123991586F, 0.108181864F, 0.158113614F}};

// Their sum: exactly one, hence '1.'.
inline const Documented attn_weights_2_softmax_sum{{}, "tensor(1.)", {1}};

// Step 3: each token times its weight.
inline const Documented weighted_inputs{
    {6, 3},
    R"(tensor([[0.0596, 0.0208, 0.1233],
        [0.1308, 0.2070, 0.1570],
        [0.1330, 0.1983, 0.1493],
        [0.0273, 0.0719, 0.0409],
        [0.0833, 0.0270, 0.0108],
        [0.0079, 0.1265, 0.0870]]))",
    {0.0595754571F, 0.0207821354F, 0.123307332F, 0.130840212F, 0.206965432F, 0.15700826F,
     0.132966191F, 0.198282927F, 0.149295375F, 0.0272781495F, 0.0719151199F, 0.0409172252F,
     0.0833000317F, 0.027045466F, 0.0108181862F, 0.00790568069F, 0.126490891F, 0.0869624913F}};

// The shape of the query, printed before the context vector is summed.
inline constexpr std::string_view query_shape = "torch.Size([3])";

// The notebook's table of the same rows, worked out by hand from weights of four decimals.
inline const Documented weighted_inputs_by_hand{
    {6, 3},
    R"(tensor([[0.0596, 0.0208, 0.1233],
        [0.1308, 0.2070, 0.1570],
        [0.1330, 0.1983, 0.1493],
        [0.0273, 0.0719, 0.0409],
        [0.0833, 0.0270, 0.0108],
        [0.0079, 0.1265, 0.0870]]))",
    {0.0596F, 0.0208F, 0.1233F, 0.1308F, 0.2070F, 0.1570F, 0.1330F, 0.1983F, 0.1493F, 0.0273F,
     0.0719F, 0.0409F, 0.0833F, 0.0270F, 0.0108F, 0.0079F, 0.1265F, 0.0870F},
    5e-5};

// The sum of that table's rows, as the notebook writes it.
inline const Documented context_vec_2_by_hand{
    {3}, "tensor([0.4419, 0.6515, 0.5683])", {0.4419F, 0.6515F, 0.5683F}, 5e-5};

// Step 3: the sum of the weighted tokens.
inline const Documented context_vec_2{
    {3}, "tensor([0.4419, 0.6515, 0.5683])", {0.441865712F, 0.651481986F, 0.56830883F}};

// Dot product of every pair of tokens.
inline const Documented attn_scores{
    {6, 6},
    R"(tensor([[0.9995, 0.9544, 0.9422, 0.4753, 0.4576, 0.6310],
        [0.9544, 1.4950, 1.4754, 0.8434, 0.7070, 1.0865],
        [0.9422, 1.4754, 1.4570, 0.8296, 0.7154, 1.0605],
        [0.4753, 0.8434, 0.8296, 0.4937, 0.3474, 0.6565],
        [0.4576, 0.7070, 0.7154, 0.3474, 0.6654, 0.2935],
        [0.6310, 1.0865, 1.0605, 0.6565, 0.2935, 0.9450]]))",
    {0.999499977F, 0.954400003F, 0.942200005F, 0.475300014F, 0.457599968F, 0.631000042F,
     0.954400003F, 1.495F,       1.47540009F,  0.843400002F, 0.707000017F, 1.08650005F,
     0.942200005F, 1.47540009F,  1.45700002F,  0.829599977F, 0.715399981F, 1.06050003F,
     0.475300014F, 0.843400002F, 0.829599977F, 0.493699998F, 0.34739998F,  0.656499982F,
     0.457599968F, 0.707000017F, 0.715399981F, 0.34739998F,  0.665399969F, 0.293500006F,
     0.631000042F, 1.08650005F,  1.06050003F,  0.656499982F, 0.293500006F, 0.945000052F}};

// Softmax of each row.
inline const Documented attn_weights{
    {6, 6},
    R"(tensor([[0.2098, 0.2006, 0.1981, 0.1242, 0.1220, 0.1452],
        [0.1385, 0.2379, 0.2333, 0.1240, 0.1082, 0.1581],
        [0.1390, 0.2369, 0.2326, 0.1242, 0.1108, 0.1565],
        [0.1435, 0.2074, 0.2046, 0.1462, 0.1263, 0.1720],
        [0.1526, 0.1958, 0.1975, 0.1367, 0.1879, 0.1295],
        [0.1385, 0.2184, 0.2128, 0.1420, 0.0988, 0.1896]]))",
    {0.209834769F, 0.200581461F, 0.198149234F, 0.124228224F, 0.122048721F,  0.145157665F,
     0.138547584F, 0.237891287F, 0.233274043F, 0.123991594F, 0.108181871F,  0.158113614F,
     0.139007598F, 0.236921459F, 0.232601956F, 0.124204405F, 0.110800207F,  0.156464428F,
     0.143526882F, 0.207394421F, 0.204552025F, 0.146192238F, 0.126295254F,  0.172039196F,
     0.152610853F, 0.195838675F, 0.197490647F, 0.136686683F, 0.187858909F,  0.129514292F,
     0.138471171F, 0.218363717F, 0.212759435F, 0.142047569F, 0.0988063738F, 0.189551756F}};

// Each row's sum.
inline const Documented attn_weights_sums{
    {6},
    "tensor([1.0000, 1.0000, 1.0000, 1.0000, 1.0000, 1.0000])",
    {1.00000012F, 1, 1.00000012F, 1, 1, 1}};

// Attn_weights times inputs.
inline const Documented all_context_vecs{
    {6, 3},
    R"(tensor([[0.4421, 0.5931, 0.5790],
        [0.4419, 0.6515, 0.5683],
        [0.4431, 0.6496, 0.5671],
        [0.4304, 0.6298, 0.5510],
        [0.4671, 0.5910, 0.5266],
        [0.4177, 0.6503, 0.5645]]))",
    {0.442059427F, 0.59309864F, 0.578989148F, 0.441865742F, 0.651481986F, 0.56830889F, 0.443127543F,
     0.649594665F, 0.567073107F, 0.430389732F, 0.629828095F, 0.55102706F, 0.467101753F,
     0.590992749F, 0.526596546F, 0.41772449F, 0.650323212F, 0.564535201F}};

}  // namespace simplified_self_attention

}  // namespace documented_values
}  // namespace walkthrough
