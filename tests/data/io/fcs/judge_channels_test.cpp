#include "data/io/fcs/judge_channels.hpp"

#include "data/files.hpp"
#include "data/io/channel_kinds.hpp"
#include "data/io/fcs/isotope.hpp"
#include "data/io/fcs/read_fcs.hpp"

namespace mixvae::fcs {
namespace judge_channels_test {

using Names = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> judged(const Names& names, const std::string& cytometer = "") {
  std::vector<Channel> channels;
  for (const auto& [name, marker] : names) {
    channels.push_back({.name = name, .marker = marker});
  }
  return judge_channels(channels, cytometer, {});
}

/// A channel among others of a mass cytometer or of a flow cytometer.
std::string among(const std::string& name, const std::string& marker, bool mass) {
  Names names = mass ? Names{{"Nd142Di", "142Nd_CD19"}, {"Er170Di", "170Er_CD3"}}
                     : Names{{"FITC-A", "CD8"}, {"PE-A", "CD4"}};
  names.emplace_back(name, marker);
  return judged(names).back();
}

TEST(FcsChannelKinds, Isotopes) {
  for (const char* name : {"Pr141Di", "141Pr_CD3", "CD3(Pr141)Dd", "CD3_Pr141", "(Pr141)Di"}) {
    ASSERT_TRUE(isotope_in(name).has_value()) << name;
    EXPECT_EQ(isotope_in(name)->element, "pr") << name;
    EXPECT_EQ(isotope_in(name)->mass, 141) << name;
  }
  EXPECT_EQ(isotope_in("Cd112Di")->element, "cd");
  EXPECT_EQ(isotope_in("112Cd_CD45")->mass, 112);
  for (const char* name : {"CD110", "CD45", "FL1-A", "Ki67", "IgM", "PD-1", "FITC-A", "Qdot 605-A",
                           "BV421", "Y2", "I7", "IL-2", "Time"}) {
    EXPECT_FALSE(isotope_in(name).has_value()) << name;
  }
}

TEST(FcsChannelKinds, MassCytometry) {
  EXPECT_EQ(among("Bi209Di", "209Bi_CD16", true), kMetalMarker);
  EXPECT_EQ(among("CD45_Y89", "CD45_Y89", true), kMetalMarker);
  EXPECT_EQ(among("Sm154Di", "CD45RA", true), kMetalMarker);
  EXPECT_EQ(among("Ce140Di", "140Ce_Beads", true), kBead);
  EXPECT_EQ(among("Ce140Di", "Ce140Di", true), kBead);
  EXPECT_EQ(among("CD93_Ce140", "CD93_Ce140", true), kMetalMarker);
  EXPECT_EQ(among("beadDist", "beadDist", true), kBead);
  EXPECT_EQ(among("Ir191Di", "191Ir_DNA1", true), kDna);
  EXPECT_EQ(among("Ir193Di", "", true), kDna);
  EXPECT_EQ(among("Pt195Di", "195Pt_Live", true), kViability);
  EXPECT_EQ(among("Rh103Di", "", true), kViability);
  EXPECT_EQ(among("Pd102Di", "102Pd_CD45-BC2", true), kBarcode);
  EXPECT_EQ(among("BC4_In113", "BC4_In113", true), kBarcode);
  EXPECT_EQ(among("Y89Di", "89Y_CD45-BC1", true), kBarcode);
  EXPECT_EQ(among("empty_Pd102", "empty_Pd102", true), kBarcode);
  EXPECT_EQ(among("barcode", "barcode", true), kBarcode);
  EXPECT_EQ(among("empty_I127", "empty_I127", true), kUnlabelled);
  EXPECT_EQ(among("Xe131Di", "131Xe", true), kUnlabelled);
  EXPECT_EQ(among("BCKG190Di", "190BCKG", true), kUnlabelled);
  for (const char* name : {"Center", "Offset", "Width", "Residual"}) {
    EXPECT_EQ(among(name, name, true), kPulseShape) << name;
  }
  EXPECT_EQ(among("Time", "Time", true), kTime);
  EXPECT_EQ(among("Event_length", "Event_length", true), kEventLength);
  EXPECT_EQ(among("Cell_length", "", true), kEventLength);
  EXPECT_EQ(among("PhenoGraph", "PhenoGraph", true), kAnnotation);
  EXPECT_EQ(among("label", "label", true), kAnnotation);
  EXPECT_EQ(among("file_number", "", true), kAnnotation);
  EXPECT_EQ(among("event_number", "", true), kAnnotation);
}

TEST(FcsChannelKinds, FlowCytometry) {
  EXPECT_EQ(among("APC-A", "CD3", false), kFluorescenceMarker);
  EXPECT_EQ(among("FSC-A", "", false), kScatter);
  EXPECT_EQ(among("SS Lin", "SS", false), kScatter);
  EXPECT_EQ(among("FITC-H", "CD8", false), kPulseShape);
  EXPECT_EQ(among("PE-W", "", false), kPulseShape);
  EXPECT_EQ(among("APC-H", "CD3", false), kFluorescenceMarker) << "no APC-A beside it";
  EXPECT_EQ(among("AmCyan-A", "l/d", false), kViability);
  EXPECT_EQ(among("BV510-A", "Live/Dead", false), kViability);
  EXPECT_EQ(among("Qdot 605-A", "", false), kUnlabelled);
  EXPECT_EQ(among("HDR-T", "", false), kTime);
  EXPECT_EQ(among("Pulse Width", "Pulse Width", false), kPulseShape);
  EXPECT_EQ(among("Event Count", "", false), kAnnotation);
}

TEST(FcsChannelKinds, WithoutNamesEveryDetectorCounts) {
  EXPECT_THAT(judged({{"FSC-H", ""}, {"FL1-H", ""}, {"FL2-H", ""}}),
              ::testing::ElementsAre(kScatter, kFluorescenceMarker, kFluorescenceMarker));
  EXPECT_THAT(judged({{"Time", ""}, {"Pr141Di", "141Pr"}, {"Nd142Di", ""}}),
              ::testing::ElementsAre(kTime, kMetalMarker, kMetalMarker));
}

TEST(FcsChannelKinds, WhatOtherMachinesAddIsNoMarker) {
  for (const char* name : {"SORT", "Object Number", "Sort Result Bits", "Drop Phase", "HDR-CE",
                           "Classifier Bits", "Well", "Index", "Event #", "cell_id"}) {
    EXPECT_EQ(judged({{"FL1-A", ""}, {"FL2-A", ""}, {name, ""}}).back(), kAnnotation) << name;
  }
  for (const char* name :
       {"Area_M01", "Aspect Ratio_M01", "Eccentricity (LightLoss)", "Radial Moment (FSC)",
        "Size (SSC)", "Saturated", "Max Intensity (PE)", "Delta CoM (PE/FSC)",
        "Correlation (PE/APC)", "Circularity", "Raw Centroid X", "X", "Perimeter", "TOF"}) {
    EXPECT_EQ(judged({{"FL1-A", ""}, {"FL2-A", ""}, {name, ""}}).back(), kImageFeature) << name;
  }
  for (const char* name : {"TIME_LSW", "TIME_MSW", "Camera Timer", "TLSW", "Timestamp"}) {
    EXPECT_EQ(judged({{"FL1-A", ""}, {"FL2-A", ""}, {name, ""}}).back(), kTime) << name;
  }
  EXPECT_EQ(judged({{"FL1-AREA", ""}, {"FL2-AREA", ""}, {"FSC-AREA", ""}}),
            (std::vector<std::string>{std::string(kFluorescenceMarker),
                                      std::string(kFluorescenceMarker), std::string(kScatter)}));
  EXPECT_EQ(judged({{"V1-A", ""}, {"B2-A", ""}, {"AF-A", ""}}).back(), kUnlabelled);
  EXPECT_EQ(judged({{"V1-A", "SORT1"}, {"B2-A", "CD3"}}).front(), kFluorescenceMarker);
  EXPECT_EQ(judged({{"Intensity_MC_Ch02", ""}, {"Area_M01", ""}}).front(), kFluorescenceMarker);
}

TEST(FcsChannelKinds, TheCytometerTells) {
  EXPECT_THAT(judged({{"CD3", ""}, {"CD4", ""}}, "DVSSCIENCES-CYTOF-6.5.358"),
              ::testing::ElementsAre(kMetalMarker, kMetalMarker));
}

TEST(FcsChannelKinds, FortyTwoMarkersLessBarcodesOfARealPanel) {
  const std::string path = testing_files::shared_file(
      "himc_helios_cytof/02Feb18_Helios2_Plate3_Sample1_HIMCctrl_Basophil.fcs");
  MIXVAE_NEEDS(path);
  const Dataset dataset = read_fcs(path);
  EXPECT_EQ(marker_features(dataset).size(), 37U);  // 42 without the five barcodes
  EXPECT_EQ(suitable_cofactor(dataset), 5);
}

TEST(FcsChannelKinds, MarkersOfARealFluorescencePanel) {
  const std::string path = testing_files::shared_file("flowsom_68983/68983.fcs");
  MIXVAE_NEEDS(path);
  const Dataset dataset = read_fcs(path);
  std::vector<std::string> names;
  for (const Index f : marker_features(dataset)) {
    names.push_back(dataset.features.names[static_cast<std::size_t>(f)]);
  }
  EXPECT_THAT(names, ::testing::ElementsAre("GFP", "CD8", "TCRyd", "CD45", "TCRb", "NK1/1", "CD4",
                                            "CD19", "CD3"));
  EXPECT_EQ(suitable_cofactor(dataset), 150);
}

}  // namespace judge_channels_test
}  // namespace mixvae::fcs
